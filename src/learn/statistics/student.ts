import { must } from '../matrix.ts';
import { studentTails } from './gamma.ts';

/**
 * P(T > t) of Student's t.
 *
 * @param freedom degrees of freedom, above 0; need not be whole.
 */
export const studentAbove = (t: number, freedom: number): number => {
  if (t === Number.POSITIVE_INFINITY) return 0;
  if (t === Number.NEGATIVE_INFINITY) return 1;
  const half = studentTails(t, freedom) / 2;
  return t > 0 ? half : 1 - half;
};

/**
 * The value below which Student's t lies with a probability, by bisection.
 *
 * @param probability from 0.5 on and below 1.
 * @param freedom degrees of freedom, above 0; need not be whole.
 */
export const studentQuantile = (probability: number, freedom: number): number => {
  must(probability >= 0.5 && probability < 1 && freedom > 0, `no quantile of t at ${probability} with ${freedom}`);
  let [low, high] = [0, 1];
  while (studentAbove(high, freedom) > 1 - probability) high *= 2;
  for (let round = 0; round < 200 && high - low > 1e-13 * high; round += 1) {
    const middle = (low + high) / 2;
    if (studentAbove(middle, freedom) > 1 - probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};
