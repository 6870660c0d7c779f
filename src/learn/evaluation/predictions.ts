import type { TableColumn } from '../data/table.ts';
import type { ClassSet } from '../metrics/class-set.ts';
import type { JudgedLabels } from '../metrics/label-set.ts';

/** The table of predicted classes: id, actual, predicted, and `probability_<class>` for each class. */
export const classTable = (
  { probabilities, actual, predicted }: ClassSet,
  { ids, classes }: { ids: readonly string[]; classes: readonly string[] },
): TableColumn[] => {
  const names = distinct(classes.map((name) => `probability_${name}`));
  const label = (indices: Int32Array) => Array.from(indices, (index) => classes[index]!);
  return [
    { name: 'id', type: 'string', values: ids },
    { name: 'actual', type: 'string', values: label(actual) },
    { name: 'predicted', type: 'string', values: label(predicted) },
    ...names.map(
      (name, index): TableColumn => ({
        name,
        type: 'float32',
        values: Float32Array.from(ids, (_, row) => probabilities[row * classes.length + index]!),
      }),
    ),
  ];
};

/** The table of predicted lists of labels, JSON arrays as data sets have them: id, actual, predicted, `probability_<label>`. */
export const labelTable = (
  { probabilities, actual, predicted, labels: count }: JudgedLabels,
  { ids, labels }: { ids: readonly string[]; labels: readonly string[] },
): TableColumn[] => {
  const names = distinct(labels.map((name) => `probability_${name}`));
  const lists = (flags: Uint8Array) =>
    ids.map((_, row) => JSON.stringify(labels.filter((__, of) => flags[row * count + of] === 1)));
  return [
    { name: 'id', type: 'string', values: ids },
    { name: 'actual', type: 'string', values: lists(actual) },
    { name: 'predicted', type: 'string', values: lists(predicted) },
    ...names.map(
      (name, of): TableColumn => ({
        name,
        type: 'float32',
        values: Float32Array.from(ids, (_, row) => probabilities[row * count + of]!),
      }),
    ),
  ];
};

/**
 * The table of predicted tags, a row for each example: id, actual, predicted, and the probability of each tag that was
 * predicted; JSON arrays, as long as the row has words.
 *
 * @param rows the row of each word, rising.
 */
export const tagTable = (
  { probabilities, actual, predicted, classes: count }: ClassSet,
  { ids, classes, rows }: { readonly ids: readonly string[]; readonly classes: readonly string[]; readonly rows: Int32Array }, // biome-ignore format: one line
): TableColumn[] => {
  const words: number[][] = ids.map(() => []);
  for (const [word, row] of rows.entries()) words[row]!.push(word);
  const lists = (each: (word: number) => string | number) => words.map((own) => JSON.stringify(own.map(each)));
  return [
    { name: 'id', type: 'string', values: ids },
    { name: 'actual', type: 'string', values: lists((word) => classes[actual[word]!]!) },
    { name: 'predicted', type: 'string', values: lists((word) => classes[predicted[word]!]!) },
    { name: 'probability', type: 'string', values: lists((word) => probabilities[word * count + predicted[word]!]!) },
  ];
};

/** The table of predicted numbers: id, actual, predicted. */
export const numberTable = (
  predicted: Float32Array,
  { ids, target }: { ids: readonly string[]; target: Float32Array },
): TableColumn[] => [
  { name: 'id', type: 'string', values: ids },
  { name: 'actual', type: 'float32', values: target },
  { name: 'predicted', type: 'float32', values: predicted },
];

/** Names that differ in more than case, as tables demand: one that is taken already gets underscores. */
const distinct = (names: readonly string[]): readonly string[] => {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    while (taken.has(free.toLowerCase())) free += '_';
    taken.add(free.toLowerCase());
    return free;
  });
};
