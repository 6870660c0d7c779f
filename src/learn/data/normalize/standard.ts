/** Train's values get mean 0 and standard deviation 1: (value - mean) / sd. */
export const standard = ({ mean, sd }: { mean: number; sd: number }): { center: number; divisor: number } => ({
  center: mean,
  divisor: sd,
});
