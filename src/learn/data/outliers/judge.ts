import type { NumberColumn } from '../../../types/generated/dataset.ts';
import type { FittedForest, FittedJudge, FittedNeighbours, FittedTree } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import { isolationScorer } from '../../outliers/isolation-forest.ts';
import { neighbourScorer } from '../../outliers/neighbour-distance.ts';
import type { Cell, CodeOutput } from '../fitted/output.ts';

/** What tells a row's score, before any row is called an outlier. */
export type Scoring =
  | Pick<FittedForest, 'method' | 'columns' | 'state'>
  | Pick<FittedNeighbours, 'method' | 'columns' | 'state'>;

/** The score of each row, as a column; missing where one of its values is. */
export const scoring = (judge: Scoring): CodeOutput => {
  const score = scorerOf(judge);
  return {
    way: 'code',
    column: numberColumn('score', 'float64'),
    reads: judge.columns.map((name) => numberColumn(name, 'float64')),
    number: (...cells) => score(cells),
  };
};

/** A column of 0 and 1 that says which rows are outliers. */
export const flagging = (judge: FittedJudge): CodeOutput => {
  const score = scorerOf(judge);
  return {
    ...scoring(judge),
    column: numberColumn(judge.flag as string, 'uint8'),
    number: (...cells) => Number(score(cells) > judge.threshold),
  };
};

const numberColumn = (name: string, dtype: NumberColumn['dtype']): NumberColumn => ({ name, kind: 'number', dtype });

/** @throws StageError where the state is not one that was ever fitted: a walk in it might not end. */
const scorerOf = (judge: Scoring): ((cells: readonly Cell[]) => number) => {
  refuseDamaged(judge);
  const score = judge.method === 'knn' ? neighbourScorer(judge.state) : isolationScorer(judge.state);
  return (cells) => (cells.some(Number.isNaN) ? Number.NaN : score(cells as readonly number[]));
};

const refuseDamaged = (judge: Scoring): void => {
  const width = judge.columns.length;
  const whole =
    width > 0 &&
    judge.state.columns === width &&
    (judge.method === 'knn' ? areNeighbours(judge.state) : areTrees(judge.state, width));
  if (!whole) throw new StageError(`what outliers has fitted by "${judge.method}" is damaged`, 'run the stage again');
};

const areNeighbours = ({ neighbours, columns, means, scales, points }: FittedNeighbours['state']): boolean =>
  means.length === columns && scales.length === columns && points.length % columns === 0 && neighbours < points.length / columns; // biome-ignore format: one line

const areTrees = ({ trees }: FittedForest['state'], width: number): boolean =>
  trees.length > 0 && trees.every((tree) => isTree(tree, width));

/** Children stand after their parent, so that each walk ends. */
const isTree = ({ columns, thresholds, lefts, rights, lengths }: FittedTree, width: number): boolean =>
  columns.length > 0 &&
  [thresholds, lefts, rights, lengths].every(({ length }) => length === columns.length) &&
  columns.every((column, at) => {
    if (column === -1) return true;
    const isChild = (place: number): boolean => place > at && place < columns.length;
    return column >= 0 && column < width && isChild(lefts[at] as number) && isChild(rights[at] as number);
  });
