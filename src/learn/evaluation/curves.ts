import type { CalibrationBin, ClassCurves } from '../../types/generated/evaluation.ts';
import type { ClassSet } from '../metrics/class-set.ts';
import { wilson } from '../metrics/interval.ts';
import { binOf, calibrationBins } from '../metrics/probabilities.ts';
import { type CurvePoint, curveOf, type Ranked } from '../metrics/ranking.ts';
import { rounded, roundedInterval } from './rounding.ts';

const [mostClasses, mostPoints, classBins, histogramBins] = [20, 200, 10, 20];

/** Curves of the most frequent classes or labels, 20 at most, in their order, from the examples ranked by each. */
export const curvesOf = (ranked: readonly Ranked[], classes: readonly string[]): ClassCurves[] => {
  const supports = ranked.map(({ positive }) => positive.reduce((sum, is) => sum + is, 0));
  return [...classes.keys()]
    .toSorted((a, b) => supports[b]! - supports[a]! || a - b)
    .slice(0, mostClasses)
    .sort((a, b) => a - b)
    .map((of) => curvesOfClass(ranked[of]!, classes[of]!, supports[of]!));
};

const curvesOfClass = (ranked: Ranked, label: string, support: number): ClassCurves => {
  const { scores, positive } = ranked;
  const isDivided = support > 0 && support < positive.length;
  const points = isDivided ? curveOf(ranked) : [];
  const counts = { own: new Array<number>(histogramBins).fill(0), others: new Array<number>(histogramBins).fill(0) };
  for (const [place, score] of scores.entries()) {
    counts[positive[place] === 1 ? 'own' : 'others'][binOf(score, histogramBins)]! += 1;
  }
  return {
    class: label,
    roc: thinned(points, ({ falseAlarms, recall }) => [falseAlarms, recall]),
    precision_recall: thinned(points, ({ recall, precision }) => [recall, precision]),
    calibration: binned(positive.length, {
      ...{ bins: classBins, probability: (place) => scores[place]!, isSo: (place) => positive[place] === 1 },
    }),
    histogram: counts,
  };
};

/** How often the most probable class was right, by its probability. */
export const reliabilityOf = (set: ClassSet): CalibrationBin[] => {
  const { confidence, right } = set.confidences();
  return binned(set.rows, {
    ...{ bins: calibrationBins, probability: (row) => confidence[row]!, isSo: (row) => right[row] === 1 },
  });
};

interface Binning {
  readonly bins: number;
  readonly probability: (row: number) => number;
  readonly isSo: (row: number) => boolean;
}

const binned = (rows: number, { bins, probability, isSo }: Binning): CalibrationBin[] => {
  const sums = Array.from({ length: bins }, () => ({ rows: 0, probability: 0, so: 0 }));
  for (let row = 0; row < rows; row += 1) {
    const bin = sums[binOf(probability(row), bins)]!;
    bin.rows += 1;
    bin.probability += probability(row);
    bin.so += isSo(row) ? 1 : 0;
  }
  return sums
    .filter((bin) => bin.rows > 0)
    .map((bin) => ({
      probability: rounded(bin.probability / bin.rows),
      share: roundedInterval(wilson(bin.so / bin.rows, bin.rows)),
      rows: bin.rows,
    }));
};

type Place = [x: number, y: number, threshold: number];

/**
 * Up to 200 points of a curve, first and last among them: those between lie at even distances along it, so that steep parts
 * keep their shape.
 */
const thinned = (points: readonly CurvePoint[], place: (point: CurvePoint) => readonly [number, number]): Place[] => {
  const written = (point: CurvePoint): Place => {
    const [x, y] = place(point);
    return [rounded(x), rounded(y), rounded(point.threshold)];
  };
  if (points.length <= mostPoints) return points.map(written);
  const along = new Float64Array(points.length);
  for (let at = 1; at < points.length; at += 1) {
    const [x, y] = place(points[at]!);
    const [beforeX, beforeY] = place(points[at - 1]!);
    along[at] = along[at - 1]! + Math.abs(x - beforeX) + Math.abs(y - beforeY);
  }
  const step = along.at(-1)! / (mostPoints - 1);
  const kept: CurvePoint[] = [];
  let next = 0;
  for (const [at, point] of points.entries()) {
    if (at < points.length - 1 && along[at]! < next) continue;
    kept.push(point);
    next = along[at]! + step;
  }
  return kept.map(written);
};
