/** The params of the stage type `outliers`. */
export interface OutliersParams {
  /** How the bounds of usual values, or what tells unusual rows, follow from train. */
  readonly method: BoundsMethod | RowMethod;
  /**
   * How far from the middle bounds are, in the method's unit; by method where it is not given. Where rows are judged, the
   * score above which one is an outlier.
   */
  readonly threshold?: number;
  /** Where rows are judged: the share of train that is above, in place of a threshold. */
  readonly contamination?: number;
  /** Of "isolation-forest": how many. */
  readonly trees?: number;
  /** Of "knn": the distance to the how manieth nearest row counts. */
  readonly neighbours?: number;
  /** Where rows are judged: rows of train for each tree, or to be near by. */
  readonly sample?: number;
  /** What becomes of a value outside, or an unusual row. */
  readonly action: 'drop' | 'winsorize' | 'null' | 'flag';
  /** Another method for some columns, by name. */
  readonly columns: Readonly<Record<string, BoundsMethod | 'none'>>;
}

/** By which each column is judged by itself. */
export type BoundsMethod = 'iqr' | 'z-score' | 'mad';

/** By which whole rows are judged. */
export type RowMethod = 'isolation-forest' | 'knn';

/** Usual thresholds: quartiles ± 1.5 interquartile ranges; 3 standard deviations; 3.5 deviations by the median. */
export const usualThresholds: Readonly<Record<BoundsMethod, number>> = { iqr: 1.5, 'z-score': 3, mad: 3.5 };
