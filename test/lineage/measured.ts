import { digestOf } from '../../src/fingerprint/canonical.ts';
import type { MetricsRow } from '../../src/lineage/index/rows.ts';

/** A run's metrics of one stage; `day` tells its start and its name. */
export const measured = (
  day: number,
  stage: string,
  metrics: MetricsRow['metrics'],
  more: Partial<MetricsRow> = {},
) => {
  const date = `2026-11-${String(day).padStart(2, '0')}`;
  const run = `${date}T10-00-00-00${String(day).padStart(2, '0')}`;
  const started = `${date}T10:00:00.000Z`;
  const row: MetricsRow = {
    run,
    started,
    outcome: 'succeeded',
    stage,
    stageRun: digestOf(`${day} ${stage}`),
    executedIn: run,
    metrics,
    ...more,
  };
  return row;
};

export const interval = (value: number, half: number) => ({ value, low: value - half, high: value + half });

export const objective = { metric: 'accuracy', mode: 'max', on: 'validation' } as const;
