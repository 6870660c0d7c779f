/**
 * Weights by which each class counts alike in total: rows / (classes × rows of the class), as scikit-learn's "balanced".
 *
 * @param counts rows of each class that has some.
 * @see G. King, L. Zeng: Logistic Regression in Rare Events Data, Political Analysis 9(2), 2001.
 */
export const balancedWeights = (counts: ReadonlyMap<string, number>): Record<string, number> => {
  const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return Object.fromEntries([...counts].map(([label, count]) => [label, rows / (counts.size * count)]));
};

/**
 * Weights by which each label of a list counts as much in total where it is there as where it is not: rows without it /
 * rows with it, what PyTorch's `BCEWithLogitsLoss` calls `pos_weight`. A label that all rows have, or none, has nothing to
 * be balanced with: it has no weight of its own, and so counts 1.
 *
 * @param counts rows that have each label.
 */
export const positiveWeights = (counts: ReadonlyMap<string, number>, rows: number): Record<string, number> =>
  Object.fromEntries(
    [...counts].flatMap(([label, count]) => (count === 0 || count === rows ? [] : [[label, (rows - count) / count]])),
  );
