/**
 * Counts as bars of one cell each: `▁▂▅█▃`. Neighbours are put together where there are more than `width`; an empty
 * bin is a space, and one that has anything is seen.
 */
export const barsOf = (counts: readonly number[], width: number): string => {
  const bars = Math.min(width, counts.length);
  const sums = new Array<number>(bars).fill(0);
  counts.forEach((count, bin) => {
    sums[Math.floor((bin * bars) / counts.length)]! += count;
  });
  const most = Math.max(...sums);
  return sums.map((sum) => (sum === 0 ? ' ' : heights[Math.ceil((sum / most) * heights.length) - 1]!)).join('');
};

const heights = [...'▁▂▃▄▅▆▇█'];
