/** Counts of examples by actual class (row) and predicted class (column). */
export type Confusion = readonly (readonly number[])[];

/** How many times each example of a set counts, [rows], as a resample draws it; undefined: once each. */
export type Counts = Uint32Array | undefined;

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
export const confusionMatrix = (
  actual: Int32Array,
  predicted: Int32Array,
  classes: number,
  { counts }: { readonly counts?: Counts } = {},
): Confusion => {
  const cells = new Float64Array(classes * classes);
  for (let row = 0; row < actual.length; row += 1) {
    cells[actual[row]! * classes + predicted[row]!]! += counts === undefined ? 1 : counts[row]!;
  }
  return Array.from({ length: classes }, (_, of) => [...cells.subarray(of * classes, (of + 1) * classes)]);
};

/** The counts of each class, in the order of the classes. */
export const classCounts = (confusion: Confusion): readonly ClassCounts[] => {
  const predicted = new Array<number>(confusion.length).fill(0);
  for (const row of confusion) for (const [index, count] of row.entries()) predicted[index]! += count;
  return confusion.map((row, index) => ({ hits: row[index]!, actual: sum(row), predicted: predicted[index]! }));
};

/** How many examples a confusion matrix counts. */
export const countExamples = (confusion: Confusion): number => sum(confusion.map(sum));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
