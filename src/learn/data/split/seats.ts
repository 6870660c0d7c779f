/**
 * Shares out seats in proportion to sizes: each gets the whole part of its quota, and the rest go to the largest
 * remainders, the earlier first where they are equal. Nobody gets more than its size.
 *
 * @param sizes whole numbers, at least 0.
 * @param seats a whole number, at most the sum of the sizes.
 * @see Hamilton's method of apportionment.
 */
export const shareSeats = (sizes: readonly number[], seats: number): number[] => {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const quotas = sizes.map((size) => (total === 0 ? 0 : (size * seats) / total));
  const shares = quotas.map(Math.floor);
  const left = seats - shares.reduce((sum, share) => sum + share, 0);
  const byRemainder = quotas
    .map((quota, index) => ({ index, remainder: quota - Math.floor(quota) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, left)) shares[index] = (shares[index] as number) + 1;
  return shares;
};
