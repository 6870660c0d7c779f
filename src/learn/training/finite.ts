/** Whether all are finite numbers. A call for each of some million weights would take longer than to write them. */
export const areFinite = (values: ArrayLike<number>): boolean => {
  for (let at = 0; at < values.length; at += 1) if (!Number.isFinite(values[at])) return false;
  return true;
};
