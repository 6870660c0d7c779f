/** The least and the greatest of some numbers, a little apart where they are equal, so that an axis has two ends. */
export const rangeOf = (values: readonly number[]): [low: number, high: number] => {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  if (high > low) return [low, high];
  const room = low === 0 ? 1 : Math.abs(low) / 2;
  return [low - room, low + room];
};
