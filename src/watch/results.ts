import type { StageOutcome } from '../run/outcome.ts';
import type { Records } from '../store/records.ts';
import type { Pipeline } from '../types/pipeline.ts';
import type { MetricValue } from '../types/stage.ts';
import type { WatchResult } from '../types/watch-events.ts';

type Metrics = Readonly<Record<string, MetricValue>>;

/** The metrics of what stands in the workspace, by stage. */
export const metricsNow = ({ name, stages }: Pipeline, records: Records): ReadonlyMap<string, Metrics> =>
  new Map([...stages.keys()].map((stage) => [stage, (records.readState(name, stage)?.metrics ?? {}) as Metrics]));

/** The metrics of the stages that a run executed or restored, beside those of before. */
export const resultsOf = (
  outcomes: readonly StageOutcome[],
  before: ReadonlyMap<string, Metrics>,
  { objective }: Pipeline,
): WatchResult[] =>
  outcomes
    .filter(({ state }) => state === 'ran' || state === 'restored')
    .flatMap(({ stage, metrics = {} }) =>
      Object.entries(metrics).map(([metric, after]) => {
        const was = before.get(stage)?.[metric];
        return {
          stage,
          metric,
          after,
          ...(was !== undefined && { before: was }),
          ...(objective?.metric === metric && { mode: objective.mode }),
        };
      }),
    );
