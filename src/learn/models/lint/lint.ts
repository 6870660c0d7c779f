import type { LintFinding } from '../../../types/model-program.ts';
import { StageError } from '../../error.ts';
import * as data from './rules/data.ts';
import * as head from './rules/head.ts';
import * as layers from './rules/layers.ts';
import * as size from './rules/size.ts';
import type { Rule, Subject } from './subject.ts';

/** All rules: errors first, then in the order in which a network is read. */
export const rules: readonly Rule[] = [
  head.headUnits,
  head.activatedLogits,
  head.softmaxForLabels,
  head.boundedHead,
  head.dropoutAtTheEnd,
  head.pooledSteps,
  data.idsAsNumbers,
  data.smallEmbedding,
  layers.nothingLeft,
  data.denseOnImages,
  data.unorderedNeighbours,
  data.unmaskedPadding,
  data.attentionWithoutPlaces,
  data.unscaledFeatures,
  data.unscaledTarget,
  layers.linearLayers,
  layers.biasBeforeNorm,
  layers.dropoutBeforeNorm,
  layers.smallBatchNorm,
  layers.loneExample,
  layers.saturatingStack,
  size.manyParameters,
];

/** As stage.json declares it. */
export interface LintParams {
  /** Why the findings of a rule are let be, by its id. */
  readonly ignore?: Readonly<Record<string, string>>;
}

/** What speaks against a network on its data: a finding for each case, in the order of the rules. */
export const lint = (subject: Subject, { ignore = {} }: LintParams = {}): LintFinding[] =>
  rules.flatMap(({ id, severity, check }) => {
    const ignored = Object.hasOwn(ignore, id) ? { ignored: ignore[id]! } : {};
    return check(subject).map(({ evidence, remedy }) => ({ id, severity, evidence, remedy, ...ignored }));
  });

/**
 * Refuses a network that cannot become what it is trained for.
 *
 * @throws StageError with all errors that nobody lets be.
 */
export const refuseErrors = (findings: readonly LintFinding[]): void => {
  const errors = findings.filter(({ severity, ignored }) => severity === 'error' && ignored === undefined);
  if (errors.length === 0) return;
  const [first, ...others] = errors;
  const listed = errors.map(({ id, evidence, remedy }) => `\n  ${id}: ${evidence}; ${remedy}`).join('');
  throw new StageError(
    `the network does not fit the data:${listed}`,
    `where ${others.length === 0 ? 'it is' : 'they are'} meant, "lint": { "ignore": { "${first!.id}": "why" } } lets it be`,
  );
};

/** A finding that does not stop a training, as one line. */
export const lintNotice = ({ id, evidence, remedy }: LintFinding): string => `${id}: ${evidence}; ${remedy}`;
