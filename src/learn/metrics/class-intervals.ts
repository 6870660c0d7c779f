import { classMetrics } from './class-metrics.ts';
import { type ClassSet, viewOf } from './class-set.ts';
import type { Counts } from './confusion.ts';
import type { Interval } from './interval.ts';
import { type ClassMetricName, type MetricSettings, metricFacts } from './names.ts';
import { type BootstrapOptions, bootstrap, type Statistic } from './resample.ts';

/** Metrics of classes without intervals; NaN where one is not defined on these examples. */
export const classValues = (
  set: ClassSet,
  names: readonly ClassMetricName[],
  settings: MetricSettings,
  counts?: Counts,
): readonly number[] => {
  const view = viewOf(set, counts);
  return names.map((name) => classMetrics[name].value(view, settings));
};

/**
 * Metrics of classes, each with its 95 % interval: a closed form where there is one, else from resamples, which all
 * metrics share. Null where one is not defined on these examples.
 *
 * @param set of at least one example.
 */
export const classIntervals = (
  set: ClassSet,
  names: readonly ClassMetricName[],
  { settings, ...options }: BootstrapOptions & { readonly settings: MetricSettings },
): readonly (Interval | null)[] => {
  const view = viewOf(set);
  const values = classValues(set, names, settings);
  // Closed forms take each example for one that nothing but chance has drawn.
  const isGrouped = options.groups !== undefined;
  const drawn = names.filter(
    (name, index) => (isGrouped || classMetrics[name].interval === undefined) && !Number.isNaN(values[index]),
  );
  const intervals = bootstrap((counts) => classValues(set, drawn, settings, counts), {
    ...{ ...options, rows: set.rows },
    of: drawn.map((name) => ({ range: classMetrics[name].range, ...certainty(set, name, settings) })),
  });
  return names.map((name, index) => {
    if (Number.isNaN(values[index])) return null;
    const closed = isGrouped ? undefined : classMetrics[name].interval;
    return closed?.(view, settings) ?? intervals[drawn.indexOf(name)]!;
  });
};

/** An order of examples says no more than the rarer kind has examples. */
const certainty = (
  { actual, rows }: ClassSet,
  name: ClassMetricName,
  { positive }: MetricSettings,
): Pick<Statistic, 'examples'> => {
  const { aspect, ...facts } = metricFacts[name];
  if (aspect !== 'ranking' || !('needsPositive' in facts)) return {};
  const own = actual.reduce((sum, of) => sum + (of === positive ? 1 : 0), 0);
  return { examples: Math.min(own, rows - own) };
};
