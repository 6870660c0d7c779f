import type { LayerOutline, Outline } from '../../outline.ts';
import { activationOf, numberIn } from '../../settings.ts';
import { coreOf, fedBy, handsOn, isDense, isDropout, type Rule } from '../subject.ts';
import { count, shape } from '../words.ts';

// How layers go together, whatever the data.

export const linearLayers: Rule = {
  id: 'linear-layers',
  severity: 'warning',
  reason: 'Two linear maps in a row are one: the second layer adds parameters and nothing that can be expressed.',
  source: 'I. Goodfellow, Y. Bengio, A. Courville: Deep Learning, 2016, section 6.1',
  check: ({ outline }) =>
    outline.layers.filter(isLinear).flatMap((layer) => {
      const next = nextOf(outline, layer, staysLinear).find(isMap);
      if (next === undefined || isNarrow(layer)) return [];
      return [
        {
          evidence: `${layer.name} (${layer.kind}) has no activation, and feeds ${next.name} (${next.kind}): together they are one linear map`,
          remedy: `give ${layer.name} an activation, as relu, or leave it out`,
        },
      ];
    }),
};

/** Dense, and convolutions that mix channels: of a depthwise one, the next layer mixes them, and that is meant. */
const isMap = ({ kind }: LayerOutline): boolean => kind === 'Dense' || /^Conv\d/.test(kind);

const isLinear = (layer: LayerOutline): boolean => isMap(layer) && activationOf(layer) === 'linear';

/** A narrow layer between wide ones is a map of low rank: fewer parameters, and often meant. */
const isNarrow = ({ inputShapes, outputShape }: LayerOutline): boolean =>
  outputShape.at(-1)! < (inputShapes[0]?.at(-1) ?? 0) / 4;

/** What keeps a linear map linear once it is trained; where branches meet, nothing is said. */
const staysLinear = (layer: LayerOutline): boolean =>
  handsOn(layer) || layer.kind === 'BatchNormalization' || /^(Global)?AveragePooling/.test(layer.kind);

/** The layers after one, past those that `through` lets by. */
const nextOf = (outline: Outline, layer: LayerOutline, through: (layer: LayerOutline) => boolean): LayerOutline[] =>
  fedBy(outline, layer.name).flatMap((each) => (through(each) ? nextOf(outline, each, through) : [each]));

const isBatchNorm = ({ kind }: LayerOutline): boolean => kind === 'BatchNormalization';

export const biasBeforeNorm: Rule = {
  id: 'bias-before-norm',
  severity: 'warning',
  reason:
    'Batch normalization subtracts the mean, and with it any bias: the bias gets no gradient, and β does its work.',
  source: 'S. Ioffe, C. Szegedy: Batch Normalization, ICML 2015, section 3.2',
  check: ({ outline }) =>
    outline.layers.flatMap((layer) => {
      const next = fedBy(outline, layer.name);
      if (!isLinear(layer) || layer.config['use_bias'] !== true || next.length === 0 || !next.every(isBatchNorm))
        return [];
      return [
        {
          evidence: `${layer.name} adds a bias of ${count(layer.outputShape.at(-1)!)}, and ${next[0]!.name} takes it away`,
          remedy: `give ${layer.name} "use_bias": false`,
        },
      ];
    }),
};

export const dropoutBeforeNorm: Rule = {
  id: 'dropout-before-norm',
  severity: 'warning',
  reason:
    'Dropout changes the variance between training and predicting, and batch normalization predicts with that of training.',
  source:
    'X. Li et al.: Understanding the Disharmony Between Dropout and Batch Normalization by Variance Shift, CVPR 2019',
  check: ({ outline }) =>
    outline.layers.flatMap((layer) => {
      if (!isDropout(layer) || numberIn(layer, 'rate', 0) === 0) return [];
      const norm = fedBy(outline, layer.name).find(isBatchNorm);
      if (norm === undefined) return [];
      return [
        {
          evidence: `${layer.name} drops a share of ${numberIn(layer, 'rate', 0)} of what ${norm.name} takes its statistics of`,
          remedy: `put ${layer.name} after ${norm.name}, best before the last layer`,
        },
      ];
    }),
};

export const smallBatchNorm: Rule = {
  id: 'small-batch-norm',
  severity: 'warning',
  reason: 'Statistics of a few examples are noise: the error of batch normalization rises quickly below batches of 8.',
  source: 'Y. Wu, K. He: Group Normalization, ECCV 2018, figure 1',
  check: ({ outline, batchSize }) => {
    const norms = outline.layers.filter((layer) => isBatchNorm(layer) && layer.parameters.trainable > 0);
    if (norms.length === 0 || batchSize >= leastBatch) return [];
    return [
      {
        evidence: `${norms[0]!.name}${norms.length > 1 ? ` and ${norms.length - 1} more` : ''} normalizes over batches of ${batchSize}`,
        remedy: 'take a batch_size of 16 or more, or GroupNormalization or LayerNormalization',
      },
    ];
  },
};

const leastBatch = 8;

export const loneExample: Rule = {
  id: 'lone-example',
  severity: 'warning',
  reason:
    'In a batch of one example each value is its own mean: what is normalized over the batch becomes 0, and nothing is learned.',
  source: 'S. Ioffe, C. Szegedy: Batch Normalization, ICML 2015, algorithm 1',
  check: ({ outline, batchSize, data }) => {
    const norm = outline.layers.find((layer) => isBatchNorm(layer) && layer.outputShape.length === 1);
    if (norm === undefined || batchSize === 1 || data.rows % batchSize !== 1) return [];
    return [
      {
        evidence: `of ${count(data.rows)} examples in batches of ${batchSize}, the last batch has one, and ${norm.name} normalizes over it`,
        remedy: `take another batch_size, as ${batchSize + 1}, or normalize over the layer`,
      },
    ];
  },
};

export const nothingLeft: Rule = {
  id: 'nothing-left',
  severity: 'error',
  reason: 'Windows without padding and strides shrink an image: after too many of them no pixel is left.',
  source: 'V. Dumoulin, F. Visin: A Guide to Convolution Arithmetic for Deep Learning, 2016, section 2',
  check: ({ outline }) =>
    outline.layers
      .filter(({ outputShape }) => outputShape.some((size) => size < 1))
      .slice(0, 1)
      .map(({ name, kind, inputShapes, outputShape }) => ({
        evidence: `${name} (${kind}) gets ${shape(inputShapes[0] ?? [])} and leaves ${shape(outputShape.map((size) => Math.max(0, size)))}`,
        remedy: '"padding": "same" keeps the borders; fewer or smaller windows and strides shrink less',
      })),
};

export const saturatingStack: Rule = {
  id: 'saturating-stack',
  severity: 'warning',
  reason:
    'Through many layers of sigmoid or tanh, gradients shrink from layer to layer, and the first ones hardly learn.',
  source:
    'X. Glorot, Y. Bengio: Understanding the Difficulty of Training Deep Feedforward Neural Networks, AISTATS 2010',
  check: ({ outline }) => {
    const first = outline.layers.find((layer) => isSaturating(layer) && lengthFrom(outline, layer) >= longStack);
    if (first === undefined) return [];
    return [
      {
        evidence: `from ${first.name} on, ${lengthFrom(outline, first)} layers in a row end in ${activationOf(first)} or its like`,
        remedy: 'take relu, or normalize between them',
      },
    ];
  },
};

/** From four hidden layers on, the paper's networks with sigmoids stop learning. */
const longStack = 4;

const isSaturating = (layer: LayerOutline): boolean =>
  (isDense(layer) || isMap(layer)) &&
  ['sigmoid', 'tanh', 'hard_sigmoid', 'hardSigmoid', 'softsign'].includes(activationOf(coreOf(layer)));

const lengthFrom = (outline: Outline, layer: LayerOutline): number =>
  1 +
  Math.max(
    0,
    ...nextOf(outline, layer, handsOn)
      .filter(isSaturating)
      .map((next) => lengthFrom(outline, next)),
  );
