/** The params of the stage type `outliers`. */
export interface OutliersParams {
  /** How the bounds of usual values follow from train. */
  readonly method: OutlierMethod;
  /** How far from the middle they are, in the method's unit; by method where it is not given. */
  readonly threshold?: number;
  /** What becomes of a value outside. */
  readonly action: 'drop' | 'winsorize' | 'null' | 'flag';
  /** Another method for some columns, by name. */
  readonly columns: Readonly<Record<string, OutlierMethod | 'none'>>;
}

export type OutlierMethod = 'iqr' | 'z-score' | 'mad';

/** Usual thresholds: quartiles ± 1.5 interquartile ranges; 3 standard deviations; 3.5 deviations by the median. */
export const usualThresholds: Readonly<Record<OutlierMethod, number>> = { iqr: 1.5, 'z-score': 3, mad: 3.5 };
