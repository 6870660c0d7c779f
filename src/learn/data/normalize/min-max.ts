/** Train's values become 0 to 1: (value - min) / (max - min). Others may lie outside. */
export const minMax = ({ min, max }: { min: number; max: number }): { center: number; divisor: number } => ({
  center: min,
  divisor: max - min,
});
