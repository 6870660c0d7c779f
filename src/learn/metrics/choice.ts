/**
 * The most probable class of each example; of equal ones the first.
 *
 * @param probabilities [rows, classes], row by row.
 * @param classes number of classes, at least 1.
 * @returns class indices, [rows].
 */
export const mostProbable = (probabilities: Float32Array | Float64Array, classes: number): Int32Array =>
  Int32Array.from({ length: probabilities.length / classes }, (_, row) => {
    let best = 0;
    for (let index = 1; index < classes; index += 1) {
      if (probabilities[row * classes + index]! > probabilities[row * classes + best]!) best = index;
    }
    return best;
  });
