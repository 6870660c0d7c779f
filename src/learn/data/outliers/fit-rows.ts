import type { FittedJudge, FittedOutliers } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import type { Matrix } from '../../matrix.ts';
import { fitIsolationForest } from '../../outliers/isolation-forest.ts';
import { fitNeighbourDistance } from '../../outliers/neighbour-distance.ts';
import { ascending } from '../../statistics/quantile.ts';
import type { Dataset } from '../dataset.ts';
import { withConnection } from '../duckdb.ts';
import { missingIn } from '../fitted/counts.ts';
import { sqlOfCode } from '../fitted/functions.ts';
import { refuseMissing } from '../fitted/refuse.ts';
import { sampleRows } from '../fitted/sample.ts';
import { readColumns } from '../read-columns.ts';
import type { NumberData } from '../rows.ts';
import { scanAll } from '../scan.ts';
import { counted } from '../words.ts';
import { type Scoring, scoring } from './judge.ts';
import type { OutliersParams, RowMethod } from './params.ts';

export interface RowsToJudge {
  /** The features of numbers that rows are judged by. */
  readonly names: readonly string[];
  readonly method: RowMethod;
  readonly params: OutliersParams;
  readonly seed: number;
}

/**
 * Learns on train which rows are unlike others: those with a score above a threshold, which is given, or follows from the
 * share of train that is to be above.
 *
 * What judges is made of a sample of train; then all of train is scored, since the threshold follows from all scores.
 *
 * @throws StageError where there are no such features, a value is missing, or there are too few rows.
 */
export const fitRows = async (dataset: Dataset, judging: RowsToJudge): Promise<FittedOutliers> => {
  const { names, params } = judging;
  if (names.length === 0) throw new StageError('train has no feature of numbers to judge rows by');
  for (const [name, count] of await missingIn(dataset, names)) refuseMissing('train', name, count);
  const found = await learn(dataset, judging);
  const scores = await scoresOf(dataset, found);
  const threshold = params.threshold ?? thresholdFor(scores, params.contamination ?? usualContamination);
  const judge: FittedJudge = {
    ...found,
    threshold,
    outliers: scores.reduce((count, score) => count + Number(score > threshold), 0),
    ...(params.action === 'flag' ? { flag: 'outlier' } : {}),
  };
  return { stage: 'outliers', rows: dataset.manifest.rows, action: params.action, features: [], judge };
};

/** The share of train that is above, where neither it nor a threshold is given. */
const usualContamination = 0.01;

const learn = async (dataset: Dataset, { names, method, params, seed }: RowsToJudge): Promise<Scoring> => {
  const columns = [...names];
  const { rows } = dataset.manifest;
  if (method === 'isolation-forest') {
    if (rows < 2) throw new StageError('an isolation forest needs 2 rows of train, and there is one');
    const { trees = 100, sample = 256 } = params;
    const train = matrixOf(await sampleRows(dataset, names, mostDrawnFrom));
    return { method, columns, state: plain(fitIsolationForest(train, { seed, trees, sample })) };
  }
  const { neighbours = 20, sample = 5000 } = params;
  const kept = Math.min(rows, sample);
  if (neighbours >= kept) {
    throw new StageError(
      `${counted(neighbours, 'neighbour')} cannot be found among ${counted(kept, 'row')} of train`,
      'give fewer in params.neighbours',
    );
  }
  const train = matrixOf(await sampleRows(dataset, names, sample));
  return { method, columns, state: plain(fitNeighbourDistance(train, neighbours)) };
};

/** Rows that the trees of an isolation forest draw theirs from. */
const mostDrawnFrom = 65_536;

const matrixOf = (rows: readonly (readonly number[])[]): Matrix => ({
  values: Float64Array.from(rows.flat()),
  rows: rows.length,
  columns: (rows[0] as readonly number[]).length,
});

/** What goes into JSON may be written to, as the generated types have it. */
const plain = <State>(state: State): Plain<State> => state as Plain<State>;
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Plain<T[Key]> }
    : T;

const scoresOf = async (dataset: Dataset, judge: Scoring): Promise<Float64Array> => {
  const score = await withConnection(async (connection) => sqlOfCode(connection, scoring(judge)));
  const found = await readColumns(`(SELECT ${score} AS score FROM ${scanAll(dataset)})`, [
    { name: 'score', kind: 'number', dtype: 'float64' },
  ]);
  return (found.get('score') as NumberData).values;
};

/** The least threshold above which there is no more than a share of the scores. */
const thresholdFor = (scores: Float64Array, share: number): number => {
  // A share times a count may fall just short of a whole number.
  const above = Math.floor(share * scores.length + 1e-9);
  return ascending(scores)[scores.length - 1 - above] as number;
};
