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
