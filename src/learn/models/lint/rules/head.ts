import type { LayerOutline, Outline } from '../../outline.ts';
import type { DataFacts, TargetFacts } from '../facts.ts';
import {
  type Complaint,
  type Head,
  handsOn,
  headOf,
  isDropout,
  layerNamed,
  type Rule,
  type Subject,
} from '../subject.ts';
import { many, number } from '../words.ts';

// What a network ends in, against the target.

const ofHead =
  (check: (head: Head, data: DataFacts) => Complaint | undefined) =>
  ({ outline, data }: Subject) => {
    const head = headOf(outline);
    const found = head === undefined ? undefined : check(head, data);
    return found === undefined ? [] : [found];
  };

export const headUnits: Rule = {
  id: 'head-units',
  severity: 'error',
  reason: 'The loss compares as many outputs as the target has classes, labels or values.',
  source: 'I. Goodfellow, Y. Bengio, A. Courville: Deep Learning, 2016, section 6.2.2',
  check: ofHead(({ layer }, { target }) => {
    const units = layer.outputShape.reduce((all, size) => all * size, 1);
    if (units === target.outputs) return undefined;
    return {
      evidence: `${layer.name} has ${many(units, 'output')}, and the target has ${nounOf[target.kind](target.outputs)}`,
      remedy: remedyOf(units, target),
    };
  }),
};

const nounOf: Readonly<Record<TargetFacts['kind'], (outputs: number) => string>> = {
  classes: (outputs) => many(outputs, 'class', 'classes'),
  labels: (outputs) => many(outputs, 'label'),
  tags: (outputs) => `${many(outputs, 'output')}, those of all tags for each step`,
  number: (outputs) => many(outputs, 'value'),
  several: (outputs) => many(outputs, 'output'),
};

const remedyOf = (units: number, { kind, outputs }: TargetFacts): string =>
  kind === 'classes' && outputs === 2 && units === 1
    ? 'give it 2 units: two classes are two logits here, as any number of classes'
    : `give it ${outputs} ${outputs === 1 ? 'unit' : 'units'}`;

export const activatedLogits: Rule = {
  id: 'activated-logits',
  severity: 'error',
  reason:
    'The loss takes logits and applies softmax itself. A softmax or another bound before it keeps the logits so close that no class can become certain.',
  source: 'I. Goodfellow, Y. Bengio, A. Courville: Deep Learning, 2016, section 6.2.2.3',
  check: ofHead(({ activation, activatedBy }, { target }) => {
    if ((target.kind !== 'classes' && target.kind !== 'tags') || !Object.hasOwn(ranges, activation)) return undefined;
    const [low, high] = ranges[activation]!;
    const classes = target.kind === 'tags' ? target.classes : target.outputs;
    return {
      evidence: `${activatedBy.name} ends in ${activation}, and the loss takes logits${certainty(low, high, classes)}`,
      remedy: 'end it without an activation: probabilities are made of the logits where they are needed',
    };
  }),
};

/** With one logit at the top and all others at the bottom: 1 / (1 + (classes − 1) e^(low − high)). */
const certainty = (low: number, high: number, classes: number): string => {
  if (!Number.isFinite(high - low)) return '';
  const most = 1 / (1 + (classes - 1) * Math.exp(low - high));
  return `: of ${classes} classes, none can have a probability above ${number(most)}, nor the loss fall below ${number(-Math.log(most))}`;
};

export const softmaxForLabels: Rule = {
  id: 'softmax-for-labels',
  severity: 'error',
  reason: 'Softmax makes outputs that add up to 1: where several labels hold at once, each takes from the others.',
  source: 'J. Nam et al.: Large-Scale Multi-label Text Classification, ECML PKDD 2014',
  check: ofHead(({ activation, activatedBy }, { target }) => {
    if (target.kind !== 'labels' || activation !== 'softmax') return undefined;
    return {
      evidence: `${activatedBy.name} ends in softmax, and a row can have several of the ${target.outputs} labels`,
      remedy: 'end it without an activation: the loss makes a probability of each label by itself',
    };
  }),
};

export const boundedHead: Rule = {
  id: 'bounded-head',
  severity: 'error',
  reason: 'A number outside the range of the last activation can never be predicted.',
  source: 'I. Goodfellow, Y. Bengio, A. Courville: Deep Learning, 2016, section 6.2.2.1',
  check: ofHead(({ activation, activatedBy }, { target }) => {
    if (target.kind !== 'number' || !Object.hasOwn(ranges, activation)) return undefined;
    const [low, high] = ranges[activation]!;
    const { min, max } = target.values;
    if (min >= low && max <= high) return undefined;
    return {
      evidence: `${activatedBy.name} ends in ${activation}, which gives ${rangeOf(low, high)}, and the target goes from ${number(min)} to ${number(max)}`,
      remedy: 'end it without an activation',
    };
  }),
};

const rangeOf = (low: number, high: number): string =>
  Number.isFinite(high) ? `${low} to ${high}` : `numbers from ${number(low)} on`;

/** What activations can give. */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  softmax: [0, 1],
  sigmoid: [0, 1],
  hard_sigmoid: [0, 1],
  hardSigmoid: [0, 1],
  tanh: [-1, 1],
  softsign: [-1, 1],
  relu: [0, Number.POSITIVE_INFINITY],
  relu6: [0, 6],
  softplus: [0, Number.POSITIVE_INFINITY],
};

export const dropoutAtTheEnd: Rule = {
  id: 'dropout-at-the-end',
  severity: 'error',
  reason: 'Dropout after the last layer sets outputs to 0 that the loss then compares with the target.',
  source: 'N. Srivastava et al.: Dropout, JMLR 15, 2014, section 4: units are dropped from the input and hidden layers',
  check: ofHead(({ layer, after }) => {
    const dropout = after.find(isDropout);
    if (dropout === undefined) return undefined;
    return {
      evidence: `${dropout.name} drops outputs of ${layer.name}, which is the last layer`,
      remedy: `put it before ${layer.name}`,
    };
  }),
};

export const pooledSteps: Rule = {
  id: 'pooled-steps',
  severity: 'error',
  reason: 'What has pooled over the steps says the same of each of them, or no longer knows which word stands where.',
  source: 'A. Graves: Supervised Sequence Labelling with Recurrent Neural Networks, 2012, chapter 2',
  check: ({ outline, data: { target } }) => {
    if (target.kind !== 'tags' || outline.outputs.length !== 1) return [];
    const last = layerNamed(outline, outline.outputs[0]!);
    if (last === undefined || keepsSteps(outline, last, target.steps)) return [];
    return [
      {
        evidence: `no way from the words to ${last.name} keeps the ${target.steps} steps, and each of them has a tag`,
        remedy: 'leave out what pools over the steps, or hand the sequence on beside it',
      },
    ];
  },
};

/** Whether some way from an input to a layer has all steps in all of its layers. */
const keepsSteps = (outline: Outline, layer: LayerOutline, steps: number): boolean => {
  const { inputs, outputShape } = layer;
  if (outputShape[0] !== steps) return false;
  if (inputs.length === 0) return true;
  if (outputShape.length < 2 && !handsOn(layer)) return false;
  return inputs.some((name) => {
    const before = layerNamed(outline, name);
    return before !== undefined && keepsSteps(outline, before, steps);
  });
};
