import type { MetricRecord } from '../../types/generated/stage-run.ts';

/** Without their intervals: the row of a run is short. */
type Values = Readonly<Record<string, number>>;
type Metrics = Readonly<Record<string, MetricRecord>>;

/**
 * The metrics of a run to show first: the pipeline's objective and what stands beside it, from the last stage that has it;
 * without an objective, those of the last stage that has any. `measured` is what the run's stages measured, in their order.
 */
export const headlineOf = (measured: readonly Metrics[], objective: string | undefined): Values => {
  const last =
    objective === undefined
      ? measured.at(-1)
      : (measured.findLast((metrics) => objective in metrics) ?? measured.at(-1));
  if (last === undefined) return {};
  const first = objective !== undefined && objective in last ? [objective] : [];
  const names = [...first, ...Object.keys(last).filter((name) => name !== objective)];
  return Object.fromEntries(names.slice(0, mostShown).map((name) => [name, plainValue(last[name]!)]));
};

const mostShown = 2;

const plainValue = (metric: MetricRecord): number => (typeof metric === 'number' ? metric : metric.value);
