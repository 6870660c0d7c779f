import type { MetricRecord } from '../../types/generated/stage-run.ts';
import type { Json } from '../../types/json.ts';
import { compareMetric, type MetricChange } from '../compare-metrics.ts';
import { type Cause, compareRuns, type RunComparison } from '../compare-runs.ts';
import type { RunAccount } from '../run-account.ts';
import { type KeptOuts, type ReadingOuts, readKeptOuts } from './kept-outs.ts';

/** Runs beside each other: each is held against the first. */
export interface SideBySide {
  /** Two or more. */
  readonly runs: readonly RunInColumn[];
  /** What the runs were told or given that is not the same in all. */
  readonly differences: readonly DifferenceRow[];
  readonly metrics: readonly MetricRow[];
}

export interface RunInColumn {
  readonly account: RunAccount;
  /** What its outs say, as far as the store has them. */
  readonly outs: KeptOuts;
}

export interface DifferenceRow {
  readonly kind: Cause['kind'];
  /** As `params.rate`, `data/raw.csv`. */
  readonly what: string;
  readonly stages: readonly string[];
  /** One for each run; undefined where it was not there. */
  readonly values: readonly (Json | undefined)[];
}

export interface MetricRow {
  readonly stage: string;
  readonly metric: string;
  /** One for each run. */
  readonly values: readonly (MetricRecord | undefined)[];
  /** One for each run but the first: what became of the first's value. */
  readonly changes: readonly Pick<MetricChange, 'difference' | 'relation' | 'verdict'>[];
}

/** Compares two or more runs by their records, and reads what their outs say of training and findings. */
export const sideBySide = async (accounts: readonly RunAccount[], reading: ReadingOuts): Promise<SideBySide> => {
  const [first, ...others] = accounts as [RunAccount, ...RunAccount[]];
  const comparisons = others.map((other) => compareRuns(first, other));
  const runs: RunInColumn[] = [];
  for (const account of accounts) runs.push({ account, outs: await readKeptOuts(account, reading) });
  return { runs, differences: differencesOf(comparisons), metrics: metricsOf(comparisons) };
};

/** A run that is not struck by a cause has what the first has. */
const differencesOf = (comparisons: readonly RunComparison[]): readonly DifferenceRow[] => {
  const rows = new Map<string, { readonly cause: Cause; readonly after: Map<number, Json | undefined> }>();
  for (const [at, { causes }] of comparisons.entries())
    for (const cause of causes) {
      const key = JSON.stringify([cause.kind, nameOf(cause), cause.before, cause.kind === 'params' && cause.stages]);
      const row = rows.get(key) ?? { cause, after: new Map() };
      row.after.set(at, cause.after);
      rows.set(key, row);
    }
  return [...rows.values()].map(({ cause, after }) => ({
    kind: cause.kind,
    what: nameOf(cause),
    stages: cause.stages,
    values: [cause.before, ...comparisons.map((_, at) => (after.has(at) ? after.get(at) : cause.before))],
  }));
};

/** Of data from another place, the place that the first run took it from. */
const nameOf = ({ what, kind }: Cause): string => (kind === 'data' ? (what.split(' → ')[0] ?? what) : what);

const metricsOf = (comparisons: readonly RunComparison[]): readonly MetricRow[] => {
  const keys = new Map(
    comparisons.flatMap(({ metrics }) => metrics.map(({ stage, metric }) => [`${stage} ${metric}`, { stage, metric }])),
  );
  return [...keys.values()].map(({ stage, metric }) => {
    const changes = comparisons.map(({ metrics }) =>
      metrics.find((each) => each.stage === stage && each.metric === metric),
    );
    const first = changes.find((change) => change?.before !== undefined)?.before;
    return {
      stage,
      metric,
      values: [first, ...changes.map((change) => change?.after)],
      changes: changes.map((change) => change ?? compareMetric(first, undefined)),
    };
  });
};
