/** Counts of examples by actual class (row) and predicted class (column). */
export type Confusion = readonly (readonly number[])[];

/** What one class's row and column of a confusion matrix add up to. */
export interface ClassCounts {
  /** Examples of the class that were predicted as it: true positives. */
  readonly hits: number;
  /** Examples of the class: true positives and false negatives. */
  readonly actual: number;
  /** Examples predicted as the class: true positives and false positives. */
  readonly predicted: number;
}

/**
 * Counts examples by actual and predicted class.
 *
 * @param actual class indices, [rows], each from 0 to classes - 1.
 * @param predicted class indices, [rows], in the same order.
 * @param classes number of classes, at least 1.
 * @returns [classes, classes]; row = actual, column = predicted, as scikit-learn's.
 */
export const confusionMatrix = (actual: Int32Array, predicted: Int32Array, classes: number): Confusion => {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < actual.length; row += 1) {
    const counts = matrix[actual[row]!]!;
    counts[predicted[row]!]! += 1;
  }
  return matrix;
};

/** The counts of each class, in the order of the classes. */
export const classCounts = (confusion: Confusion): readonly ClassCounts[] =>
  confusion.map((row, index) => ({
    hits: row[index]!,
    actual: sum(row),
    predicted: sum(confusion.map((other) => other[index]!)),
  }));

/** How many examples a confusion matrix counts. */
export const countExamples = (confusion: Confusion): number => sum(confusion.map(sum));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
