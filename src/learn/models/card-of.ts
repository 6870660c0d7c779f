import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { CardInput, CardTarget, ModelCard } from '../../types/generated/model.ts';
import type { LintFinding } from '../../types/model-program.ts';
import type { Examples } from '../data/examples.ts';
import type { InputPart } from '../data/inputs.ts';
import type { TargetPart } from '../data/target-parts.ts';
import { targetOf } from '../data/targets.ts';

/** The card of a network: what it takes and answers, as the examples were that it has learned from. */
export const cardOf = (network: LayersModel, examples: Examples, findings: readonly LintFinding[]): ModelCard => ({
  format: 'stemma-model-v1',
  features: { shape: [...examples.featureShape], names: [...examples.featureNames] },
  ...(examples.inputs === undefined ? {} : { inputs: examples.inputs.map(inputOf) as ModelCard['inputs'] & object }),
  ...answersOf(examples),
  parameters: network.countParams(),
  ...(findings.length === 0 ? {} : { findings: [...findings] }),
});

type Answers = Pick<ModelCard, 'target' | 'targets' | 'classes' | 'output'>;

const answersOf = ({ targetName, targets, classes }: Examples): Answers => {
  if (targets === undefined) {
    return { target: targetName!, classes: classes && [...classes], output: classes === null ? 'values' : 'logits' };
  }
  const [first, ...others] = targets.map(cardTarget) as [CardTarget];
  return {
    target: targetOf(targets.map(({ name }) => name))!,
    targets: [first, ...others],
    classes: null,
    output: 'several',
  };
};

const inputOf = ({ name, shape, columns, vocabulary }: InputPart): CardInput => ({
  ...{ name, shape: [...shape], columns: [...columns] as CardInput['columns'] },
  ...(vocabulary === undefined ? {} : { vocabulary }),
});

const cardTarget = ({ name, kind, outputs, classes, shape }: TargetPart): CardTarget => ({
  ...{ name, kind, outputs },
  ...(classes === null ? {} : { classes: [...classes] }),
  ...(shape === undefined ? {} : { shape: [...shape] }),
});
