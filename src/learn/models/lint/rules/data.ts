import type { LayerOutline } from '../../outline.ts';
import { numberIn } from '../../settings.ts';
import type { Spread } from '../spread.ts';
import {
  firstLayers,
  isAttention,
  isConvolution,
  isDense,
  isEmbedding,
  isNormalization,
  isRecurrent,
  layerNamed,
  type Rule,
  type Subject,
} from '../subject.ts';
import { count, number, percent, shape, some } from '../words.ts';

// What a network begins with, against the kind of its features.

export const denseOnImages: Rule = {
  id: 'dense-on-images',
  severity: 'warning',
  reason: 'A dense layer does not know which pixels are neighbours, and learns each place anew.',
  source: 'Y. LeCun et al.: Gradient-Based Learning Applied to Document Recognition, Proc. IEEE 86, 1998, section II',
  check: ({ outline, data }) => {
    const [height = 0, width = 0] = data.shape;
    if (data.kind !== 'image' || Math.min(height, width) < leastImage) return [];
    if (outline.layers.some((layer) => isConvolution(layer) || isAttention(layer) || isRecurrent(layer))) return [];
    const dense = outline.layers.find(isDense);
    if (dense === undefined) return [];
    const { trainable, frozen } = dense.parameters;
    return [
      {
        evidence: `the features are images of ${shape(data.shape)}, and ${dense.name} takes them as ${count(height * width)} places without an order: ${count(trainable + frozen)} parameters`,
        remedy: 'begin with convolutions, as "preset": "cnn" does',
      },
    ];
  },
};

/** Smaller ones have hardly any neighbourhood. */
const leastImage = 8;

export const unorderedNeighbours: Rule = {
  id: 'order-in-columns',
  severity: 'warning',
  reason: 'Convolutions and recurrent layers rely on the order of what they read, and columns of a table have none.',
  source:
    'Y. LeCun, Y. Bengio, G. Hinton: Deep Learning, Nature 521, 2015: convolutions are for arrays whose local groups of values are correlated',
  check: ({ outline, data }) => {
    if (data.kind !== 'columns') return [];
    const layer = outline.layers.find((each) => isConvolution(each) || isRecurrent(each));
    if (layer === undefined) return [];
    return [
      {
        evidence: `${layer.name} (${layer.kind}) reads the ${data.features.length} columns ${some(data.features.map(({ name }) => name))} as if neighbours belonged together`,
        remedy: 'begin with dense layers, as "preset": "mlp" does',
      },
    ];
  },
};

export const unmaskedPadding: Rule = {
  id: 'unmasked-padding',
  severity: 'warning',
  reason: 'A recurrent layer without a mask reads on through the padding, and forgets what stood before it.',
  source: 'Keras: Understanding Masking and Padding, https://keras.io/guides/understanding_masking_and_padding/',
  check: ({ outline, data }) => {
    const { tokens } = data;
    if (tokens === undefined || tokens.padding === 0) return [];
    return outline.layers
      .filter((layer) => isRecurrent(layer) && !isMasked(layer, { outline, pad: tokens.pad }))
      .slice(0, 1)
      .map((layer) => ({
        evidence: `${percent(tokens.padding)} of the ids in the first ${count(data.looked)} rows are padding, and ${layer.name} (${layer.kind}) gets no mask`,
        remedy:
          tokens.pad === 0
            ? 'give its embedding "mask_zero": true'
            : `let texts be padded with 0 instead of ${tokens.pad}, and give its embedding "mask_zero": true`,
      }));
  },
};

interface Masking extends Pick<Subject, 'outline'> {
  readonly pad: number;
}

/** Masks come from above, as long as layers hand them on; an embedding masks the id 0 alone. */
const isMasked = (layer: LayerOutline, masking: Masking): boolean =>
  layer.inputs.some((name) => {
    const before = layerNamed(masking.outline, name);
    if (before === undefined) return false;
    if (before.kind === 'Masking') return true;
    if (before.config['mask_zero'] === true) return masking.pad === 0;
    return !endsMask(before) && isMasked(before, masking);
  });

const endsMask = ({ kind }: LayerOutline): boolean =>
  ['Flatten', 'Reshape', 'Permute'].includes(kind) || /Conv|Pooling/.test(kind);

export const idsAsNumbers: Rule = {
  id: 'ids-as-numbers',
  severity: 'error',
  reason: 'Ids of words are names: that 7 lies between 6 and 8 means nothing, and arithmetic on them learns noise.',
  source: 'Y. Bengio et al.: A Neural Probabilistic Language Model, JMLR 3, 2003',
  check: ({ outline, data }) => {
    if (data.tokens === undefined) return [];
    const { vocabulary } = data.tokens;
    return firstLayers(outline)
      .filter((layer) => !isEmbedding(layer))
      .slice(0, 1)
      .map((layer) => ({
        evidence: `the features are ids from 0 to ${count(vocabulary - 1)}, and ${layer.name} (${layer.kind}) takes them as numbers`,
        remedy: `begin with an embedding of ${count(vocabulary)} ids`,
      }));
  },
};

export const smallEmbedding: Rule = {
  id: 'small-embedding',
  severity: 'error',
  reason: 'An id beyond the embedding has no vector: some backends fail on it, others make up zeros.',
  source: 'TensorFlow: tf.gather, https://www.tensorflow.org/api_docs/python/tf/gather',
  check: ({ outline, data }) => {
    const { tokens } = data;
    if (tokens === undefined) return [];
    return firstLayers(outline)
      .filter(
        (layer) => layer.kind === 'Embedding' && numberIn(layer, 'input_dim', tokens.vocabulary) < tokens.vocabulary,
      )
      .map((layer) => ({
        evidence: `${layer.name} has vectors for ${count(numberIn(layer, 'input_dim', 0))} ids, and ${
          tokens.known === 'fitted' ? 'the vocabulary has' : `the first ${count(data.looked)} rows have`
        } ids up to ${count(tokens.vocabulary - 1)}`,
        remedy: `give it "input_dim": ${tokens.vocabulary}`,
      }));
  },
};

export const attentionWithoutPlaces: Rule = {
  id: 'attention-without-positions',
  severity: 'warning',
  reason: 'Attention treats its steps as a set: without positions, a text is a bag of words.',
  source: 'A. Vaswani et al.: Attention Is All You Need, NeurIPS 2017, section 3.5',
  check: ({ outline, data }) => {
    if (data.kind !== 'tokens' && data.kind !== 'series') return [];
    const layer = outline.layers.find(isAttention);
    const ordered = (each: LayerOutline): boolean =>
      /Position|Transformer(?!Block)/.test(each.kind) || isRecurrent(each) || isConvolution(each);
    if (layer === undefined || outline.layers.some(ordered)) return [];
    return [
      {
        evidence: `${layer.name} (${layer.kind}) gets ${data.shape[0]} steps, and no layer tells it their places`,
        remedy: 'put a PositionEmbedding before it',
      },
    ];
  },
};

export const unscaledFeatures: Rule = {
  id: 'unscaled-features',
  severity: 'warning',
  reason:
    'Features far from mean 0 and deviation 1 make the loss steep in some directions and flat in others, so that no learning rate suits all.',
  source: 'Y. LeCun et al.: Efficient BackProp, 1998, section 4.3',
  check: ({ outline, data }) => {
    const first = firstLayers(outline);
    const far = data.features.filter(isFar);
    if (far.length === 0 || (first.length > 0 && first.every(isNormalization))) return [];
    const worst = far.toSorted((a, b) => distance(b) - distance(a));
    return [
      {
        evidence: `${some(worst.map(spreadOf))} in the first ${count(data.looked)} rows, without a normalizing layer`,
        remedy: 'put a normalize stage before, with "method": "standard" or "min-max"',
      },
    ];
  },
};

/** Usual scalings give values below about 5; a mean or a deviation of twice that is none of them. */
const farthest = 10;
const distance = ({ mean, sd }: Spread): number => Math.max(Math.abs(mean), sd);
const isFar = (spread: Spread): boolean => distance(spread) > farthest;
const spreadOf = ({ name, mean, sd }: Spread): string => `${name} (mean ${number(mean)}, deviation ${number(sd)})`;

export const unscaledTarget: Rule = {
  id: 'unscaled-target',
  severity: 'warning',
  reason: 'A network starts near 0: on a target of large numbers its first gradients are as large as their squares.',
  source: 'C. M. Bishop: Neural Networks for Pattern Recognition, 1995, section 8.2',
  check: ({ data: { target, looked } }) => {
    if (target.kind !== 'number' && target.kind !== 'several') return [];
    const spreads = target.kind === 'number' ? [{ ...target.values, name: 'the target' }] : target.values;
    return spreads.flatMap(({ name, mean, sd }) => {
      const loss = mean * mean + sd * sd;
      if (loss <= largestLoss) return [];
      return {
        evidence: `${name} has mean ${number(mean)} and deviation ${number(sd)} in the first ${count(looked)} rows: a network that gives 0 has a loss of ${number(loss)}`,
        remedy: 'scale it with normalize, "target": "standard"; what is predicted is scaled back',
      };
    });
  },
};

/** The mean square of a target of about 100. */
const largestLoss = 10_000;
