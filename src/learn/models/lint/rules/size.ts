import type { LayerOutline } from '../../outline.ts';
import { numberIn } from '../../settings.ts';
import type { DataFacts } from '../facts.ts';
import { isDropout, type Rule } from '../subject.ts';
import { count, number } from '../words.ts';

// How large a network is, against how much there is to learn from.

export const manyParameters: Rule = {
  id: 'more-parameters-than-examples',
  severity: 'warning',
  reason:
    'A network with many more parameters than examples can learn any labels by heart; what keeps it from that has to be said.',
  source: 'C. Zhang et al.: Understanding Deep Learning Requires Rethinking Generalization, ICLR 2017, theorem 1',
  check: ({ outline: { layers }, data }) => {
    const trainable = layers.reduce((sum, { parameters }) => sum + parameters.trainable, 0);
    if (trainable <= mostPerExample * data.rows || seesOthers(data) || layers.some(isRegularized)) return [];
    return [
      {
        evidence: `${count(trainable)} parameters are trained on ${count(data.rows)} examples, ${number(trainable / data.rows)} on each, without dropout or a penalty on weights`,
        remedy:
          'take fewer units, or add dropout, a regularizer or, for images, an augment stage; or start from a trained model',
      },
    ];
  },
};

/** Networks that generalize well have up to some 50 parameters for each example. */
const mostPerExample = 100;

/** Altered images are other views of what they show; a little noise on columns is not. */
const seesOthers = ({ augmented, kind }: DataFacts): boolean => augmented && kind === 'image';

const isRegularized = (layer: LayerOutline): boolean =>
  (isDropout(layer) && numberIn(layer, 'rate', 0) > 0) ||
  numberIn(layer, 'dropout', 0) > 0 ||
  numberIn(layer, 'dropout_rate', 0) > 0 ||
  Object.entries(layer.config).some(
    ([key, value]) => key.endsWith('_regularizer') && value !== null && value !== undefined,
  );
