import type { TargetScaling } from '../../types/generated/dataset.ts';

/**
 * Values of a scaled target, or predictions of it, in the original unit: stored × divisor + center, or exp(stored) - 1;
 * computed in float64, rounded to float32.
 *
 * @param scaling as the target's column has it; undefined: it was not scaled.
 */
export const originalOf = (values: ArrayLike<number>, scaling: TargetScaling | undefined): Float32Array =>
  Float32Array.from(values, inverses(scaling));

const inverses = (scaling: TargetScaling | undefined): ((value: number) => number) => {
  if (scaling === undefined) return (value) => value;
  const { method, center, divisor } = scaling;
  return method === 'log1p' ? Math.expm1 : (value) => value * divisor + center;
};
