import * as tf from '@tensorflow/tfjs-core';
import type { Examples } from '../../data/examples.ts';
import { forward } from '../../models/forward.ts';
import { chanceOf } from '../chance.ts';
import { normsByLayer, type Squares, squaresOf } from '../measures.ts';
import { differentiate, tensorsOf } from '../step.ts';
import { clean, found, leftOut, type Outcome, type Subject, short } from './subject.ts';

/** The loss at the first weights, against what a network that knows nothing has: ln K, or the mean of y². */
export const checkInitialLoss = async ({ trainee, examples, batch }: Subject): Promise<Outcome> => {
  const loss = await numberOf(() => {
    const { x, y, w } = tensorsOf(trainee, batch);
    return trainee.task.loss(forward(trainee.network, x, { training: false }), y, w);
  });
  const { untrained } = chanceOf(examples);
  const most = mostTimes[hasNumbers(examples) ? 'number' : 'classes'] * untrained + 0.5;
  const what = `the loss at the first weights is ${short(loss)}; that of equal odds, or of 0, is ${short(untrained)}`;
  if (loss <= most) return clean('initial-loss', what);
  return found('initial-loss', what, {
    severity: Number.isFinite(loss) ? 'warning' : 'error',
    message: `before the first step the loss is ${short(loss)}, where a network that knows nothing has ${short(untrained)}`,
    evidence: { loss: Number.isFinite(loss) ? loss : String(loss), untrained, most },
    remedy: 'features near 0 to 1, by normalize: the first outputs are far too large',
  });
};

const hasNumbers = ({ classes, targets }: Examples): boolean =>
  targets === undefined ? classes === null : targets.some((part) => part.classes === null);

/** Outputs of a drawn head are as large as the target is spread; squares of them are not to be told from what is wrong. */
const mostTimes = { classes: 2, number: 4 };

/** Whether the outputs differ from row to row, and from those to an input of zeros. */
export const checkInput = async ({ trainee, batch }: Subject): Promise<Outcome> => {
  const { network } = trainee;
  const [spread = 0, away = 0, scale = 0] = await numbersOf(() => {
    const { x } = tensorsOf(trainee, batch);
    const outputs = forward(network, x, { training: false }); // [b, outputs]
    const blank = forward(network, tf.zerosLike(x), { training: false });
    const spreadOfRows = tf.max(tf.sub(tf.max(outputs, 0), tf.min(outputs, 0)));
    return tf.stack([spreadOfRows, tf.max(tf.abs(tf.sub(outputs, blank))), tf.max(tf.abs(outputs))]) as tf.Tensor1D;
  });
  if (scale === 0) return leftOut('input-ignored', 'all outputs are 0 at the first weights');
  const what = `outputs of ${batch.rows} examples differ by up to ${short(spread)}, and from those to zeros by ${short(away)}`;
  if (spread > leastSpread * scale && away > leastSpread * scale) return clean('input-ignored', what);
  return found('input-ignored', what, {
    severity: 'error',
    message: 'the network answers the same to every example: it does not see its input',
    evidence: { spread, away_from_zeros: away, greatest_output: scale },
    remedy: 'a look at the features, which may all be alike, and at the layers: one of them lets nothing through',
  });
};

const leastSpread = 1e-6;

/** The gradient of each layer at the first weights: none is 0, and none is a million times another. */
export const checkGradients = async ({ trainee, batch }: Subject): Promise<Outcome> => {
  const { variables } = trainee;
  const squares = (await numbersOf(() => {
    const { gradients } = differentiate(trainee, tensorsOf(trainee, batch));
    return squaresOf({ gradients, variables, updates: gradients });
  })) as Squares;
  const layers = [...normsByLayer(squares, Object.keys(variables))];
  const sizes = layers.map(([layer, { gradient }]) => ({ layer, gradient: gradient / Math.sqrt(sizeOf(layer)) }));
  const [least, most] = [sizes, sizes.toReversed()].map((all) => all.toSorted((a, b) => a.gradient - b.gradient));
  const [smallest, largest] = [least![0]!, most!.at(-1)!];
  const what = `typical gradients from ${short(smallest.gradient)} in ${smallest.layer} to ${short(largest.gradient)} in ${largest.layer}`;
  const broken = sizes.filter(({ gradient }) => !Number.isFinite(gradient) || gradient === 0);
  const evidence = { [`gradient of ${smallest.layer}`]: String(smallest.gradient), [`gradient of ${largest.layer}`]: String(largest.gradient) }; // biome-ignore format: one line
  if (broken.length > 0)
    return found('gradient-flow', what, {
      severity: 'error',
      message: `no gradient reaches ${broken.map(({ layer }) => layer).join(', ')}, or one that is no finite number`,
      evidence,
      remedy: 'a look at these layers: nothing that they do changes the loss',
    });
  if (largest.gradient < mostApart * smallest.gradient) return clean('gradient-flow', what);
  return found('gradient-flow', what, {
    severity: 'warning',
    message: `gradients vanish or explode between layers: a weight of ${largest.layer} has ${short(largest.gradient / smallest.gradient)} times the gradient of one of ${smallest.layer}`,
    evidence,
    remedy: 'fewer layers, ReLU in place of sigmoid or tanh, or normalization between the layers',
  });

  function sizeOf(layer: string): number {
    return Object.entries(variables).reduce((sum, [name, { size }]) => (name.startsWith(`${layer}/`) ? sum + size : sum), 0); // biome-ignore format: one line
  }
};

const mostApart = 1e6;

const numberOf = async (compute: () => tf.Scalar): Promise<number> => (await numbersOf(compute))[0] ?? Number.NaN;

const numbersOf = async (compute: () => tf.Tensor): Promise<Float32Array> => {
  const tensor = tf.tidy(compute);
  const values = Float32Array.from(await tensor.data());
  tensor.dispose();
  return values;
};
