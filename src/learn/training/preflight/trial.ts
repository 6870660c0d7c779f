import * as tf from '@tensorflow/tfjs-core';
import { StageError } from '../../error.ts';
import type { Batch } from '../batches.ts';
import { adam } from '../optimizers/adam.ts';
import { eagerStepper } from '../stepper.ts';
import type { Subject } from './subject.ts';

/**
 * Trains for some steps with an Adam of its own, then puts everything back: weights, statistics and masks are the very
 * bits that they were.
 *
 * @param enough ends the trial early, told the mean losses so far; asked every five steps.
 * @returns mean loss of each batch before its step; it ends where a loss is no finite number.
 */
export const trial = async (
  { trainee, masks, seed }: Subject,
  batches: Iterable<Batch>,
  { rate, enough = () => false }: { readonly rate: number; readonly enough?: (losses: readonly number[]) => boolean },
): Promise<readonly number[]> => {
  const { transform } = adam({ name: 'adam', beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, amsgrad: false });
  const held = Object.values({ ...trainee.variables, ...trainee.statistics });
  const kept = held.map((variable) => tf.clone(variable as tf.Tensor));
  const own = { seed: masks.seed, step: masks.step };
  const state = tf.tidy(() => transform.init(trainee.variables, trainee.statistics) as tf.NamedTensorMap);
  const stepper = eagerStepper({ ...trainee, transform }, state, { masks, measures: () => false, entered: () => {} });
  const losses: number[] = [];
  masks.seed = seed;
  try {
    let step = 0;
    for (const batch of batches) {
      stepper.take(batch, { step, rate });
      step += 1;
      if (step % stepsPerReading !== 0) continue;
      losses.push(...(await stepper.read()).map(({ loss, rows }) => loss / rows));
      if (enough(losses)) break;
    }
    losses.push(...(await stepper.read()).map(({ loss, rows }) => loss / rows));
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    losses.push(Number.NaN);
  } finally {
    stepper.close();
    for (const [at, variable] of held.entries()) variable.assign(kept[at]!);
    tf.dispose(kept);
    Object.assign(masks, own);
  }
  return losses;
};

const stepsPerReading = 5;
