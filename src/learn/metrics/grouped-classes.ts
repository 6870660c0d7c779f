import type { ClassSet } from './class-set.ts';
import type { ClassMetrics } from './classification.ts';
import { type ClassCounts, classCounts, confusionMatrix } from './confusion.ts';
import { type BootstrapOptions, bootstrap } from './resample.ts';

/**
 * Precision, recall and F1 of each class, in the order of the classes, of examples that come in groups: with intervals from
 * resamples of the groups, since what is known of one example of a group tells of the others.
 *
 * @param options.groups the group of each example.
 */
export const perGroupedClass = (set: ClassSet, options: BootstrapOptions): readonly ClassMetrics[] => {
  const counted = (counts?: Uint32Array): readonly ClassCounts[] =>
    classCounts(confusionMatrix(set.actual, set.predicted, set.classes, { counts }));
  const known = counted().map(({ hits, actual, predicted }) => sharesOf({ hits, actual, predicted }));
  const isKnown = known.flat().map((value) => !Number.isNaN(value));
  const intervals = bootstrap(
    (counts) =>
      counted(counts)
        .flatMap(sharesOf)
        .filter((_, at) => isKnown[at]),
    {
      ...{ ...options, rows: set.rows },
      of: isKnown.filter((is) => is).map(() => ({ range: 'share' })),
    },
  );
  const places = isKnown.map((is, at) => (is ? isKnown.slice(0, at).filter((each) => each).length : -1));
  return counted().map(({ actual: support }, of) => {
    const [precision, recall, f1] = [0, 1, 2].map((at) => intervals[places[3 * of + at]!] ?? null);
    return { support, precision: precision!, recall: recall!, f1: f1! };
  });
};

/** Precision, recall and F1; NaN where there is nothing to divide by. */
const sharesOf = ({ hits, actual, predicted }: ClassCounts): readonly number[] => [
  hits / predicted,
  hits / actual,
  (2 * hits) / (actual + predicted),
];
