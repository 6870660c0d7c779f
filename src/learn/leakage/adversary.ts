import type { Column } from '../data/dataset.ts';
import { columnOf, type LabelData, type NumberData, rowCount } from '../data/rows.ts';
import { counted } from '../data/words.ts';
import { takeRows } from '../linear/features.ts';
import { fitLogistic, predictLogistic } from '../linear/logistic.ts';
import type { Matrix } from '../matrix.ts';
import { shuffle, stream } from '../random.ts';
import { rocAuc } from '../statistics/roc-auc.ts';
import { standardized } from '../statistics/spread.ts';
import { type Check, type CheckContext, type Finding, mostEvidence, short } from './check.ts';
import { featuresOf, pairsOf, type Split } from './splits.ts';

/**
 * A classifier that tries to tell train from test: logistic regression on the numbers, their squares and the
 * categories, judged by five folds. Where it can, the splits are not of one distribution, even if no column drifts
 * alone. A finding needs an area under the ROC curve of the threshold and, below it, of more than 0.5 by 3.3 standard
 * errors (Hanley and McNeil).
 *
 * @see J. A. Hanley, B. J. McNeil: The Meaning and Use of the Area under a ROC Curve, Radiology 143, 1982.
 */
export const adversary: Check = {
  kind: 'adversary',
  run: (context) => {
    const pairs = pairsOf(context.splits);
    const columns = pairs[0] === undefined ? [] : inputsOf(featuresOf(pairs[0][0]));
    if (columns.length === 0) return { what: 'no two splits with numbers or categories', findings: null };
    const findings = pairs.flatMap(([first, second]) => findingOf({ first, second, columns }, context) ?? []);
    return { what: `a classifier on ${counted(columns.length, 'column')}, five folds`, findings };
  },
};

const inputsOf = (columns: readonly Column[]): readonly Column[] =>
  columns.filter(({ kind }) => kind === 'number' || kind === 'category').slice(0, mostColumns);

const mostColumns = 200;
/** Rows of a split: more do not make the judgement better by much. */
const mostRows = 5_000;
const folds = 5;

interface Trial {
  readonly first: Split;
  readonly second: Split;
  readonly columns: readonly Column[];
}

const findingOf = ({ first, second, columns }: Trial, { params, seed }: CheckContext): Finding | null => {
  const [a, b] = [first, second].map((split) => chosen(split));
  const count = a!.length + b!.length;
  if (a!.length < fewestRows || b!.length < fewestRows) return null;
  const inputs = columns.flatMap((column) => encode(column, [first, second], [a!, b!]));
  const features = matrixOf(inputs, count);
  const isSecond = Uint8Array.from({ length: count }, (_, row) => Number(row >= a!.length));
  const scores = outOfFold(features, isSecond, seed);
  const auc = rocAuc(scores, isSecond) as number;
  const lower = auc - 3.3 * standardError(auc, b!.length, a!.length);
  const { adversary: threshold } = params.thresholds;
  if (auc < threshold || lower <= 0.5) return null;
  const { weights } = fitLogistic(features, isSecond, { classes: 2 });
  const heaviest = inputs
    .map(({ name }, at) => ({ name, weight: weights[at] as number }))
    .sort((x, y) => Math.abs(y.weight) - Math.abs(x.weight) || (x.name < y.name ? -1 : 1));
  return {
    kind: 'adversary',
    certainty: 'suspect',
    between: [first.name, second.name],
    column: null,
    message: `a classifier tells ${second.name} from ${first.name}: area under the ROC curve ${short(auc)}, where 0.5 is chance`,
    measure: 'area under the ROC curve',
    value: auc,
    threshold,
    evidence: heaviest
      .slice(0, mostEvidence)
      .map(({ name, weight }) => ({ input: name, weight: Number(short(weight)) })),
    remedy: 'look at the columns with the greatest weights: what differs between the splits is no guide to what comes',
  };
};

const fewestRows = 30;

const chosen = ({ rows }: Split): number[] => {
  const step = Math.max(1, Math.ceil(rowCount(rows!) / mostRows));
  return [...rows!.ids.keys()].filter((row) => row % step === 0);
};

interface Input {
  readonly name: string;
  readonly values: Float64Array;
}

const encode = (column: Column, splits: readonly [Split, Split], taken: readonly [number[], number[]]): Input[] => {
  const parts = splits.map(({ rows }) => columnOf(column.name)(rows!)) as (NumberData | LabelData)[];
  if (column.kind === 'category') {
    const labels = parts.flatMap((part, index) => taken[index]!.map((row) => part.values[row] as string | null));
    return column.categories.slice(0, mostLabels).map((label) => ({
      name: `${column.name} = ${label}`,
      values: Float64Array.from(labels, (other) => Number(other === label)),
    }));
  }
  const raw = Float64Array.from(parts.flatMap((part, index) => taken[index]!.map((row) => part.values[row] as number)));
  const values = standardized(raw);
  return [
    { name: column.name, values },
    { name: `${column.name}²`, values: standardized(values.map((value) => value * value)) },
    ...(raw.some(Number.isNaN)
      ? [{ name: `${column.name} is missing`, values: raw.map((value) => Number(Number.isNaN(value))) }]
      : []),
  ];
};

const mostLabels = 50;

const matrixOf = (inputs: readonly Input[], rows: number): Matrix => {
  const values = new Float64Array(rows * inputs.length);
  inputs.forEach((input, column) => {
    for (let row = 0; row < rows; row += 1) values[row * inputs.length + column] = input.values[row] as number;
  });
  return { values, rows, columns: inputs.length };
};

/** For each row the score of a model that has not seen it. */
const outOfFold = (features: Matrix, isSecond: Uint8Array, seed: number): Float64Array => {
  const foldOf = stratifiedFolds(isSecond, seed);
  const scores = new Float64Array(features.rows);
  for (let fold = 0; fold < folds; fold += 1) {
    const rows = (wanted: boolean): Int32Array =>
      Int32Array.from([...foldOf.keys()].filter((row) => (foldOf[row] === fold) === wanted));
    const [learned, judged] = [rows(false), rows(true)];
    const model = fitLogistic(
      takeRows(features, learned),
      Array.from(learned, (row) => isSecond[row] as number),
      { classes: 2 },
    );
    const probabilities = predictLogistic(model, takeRows(features, judged));
    judged.forEach((row, at) => {
      scores[row] = probabilities[2 * at + 1] as number;
    });
  }
  return scores;
};

const stratifiedFolds = (isSecond: Uint8Array, seed: number): Uint8Array => {
  const foldOf = new Uint8Array(isSecond.length);
  for (const kind of [0, 1]) {
    const rows = shuffle(
      [...isSecond.keys()].filter((row) => isSecond[row] === kind),
      stream(seed + kind),
    );
    rows.forEach((row, at) => {
      foldOf[row] = at % folds;
    });
  }
  return foldOf;
};

const standardError = (auc: number, positives: number, negatives: number): number => {
  const q1 = auc / (2 - auc);
  const q2 = (2 * auc * auc) / (1 + auc);
  const spread = auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc);
  return Math.sqrt(spread / (positives * negatives));
};
