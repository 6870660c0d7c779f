import type { MetricHistory } from '../../lineage/metric-history.ts';

/** A line a value (RFC 4180), so that any number of metrics has the same columns. */
export const renderMetricsCsv = ({ columns, runs }: MetricHistory): string => {
  const rows = runs.flatMap(({ run, started, outcome, values, executedIn }) =>
    columns.flatMap(({ stage, metric }, at) => {
      const value = values[at];
      if (value === undefined) return [];
      const numbers = typeof value === 'number' ? [value, '', ''] : [value.value, value.low, value.high];
      return [[run, started, outcome, stage, metric, ...numbers, executedIn[at] ?? '']];
    }),
  );
  const head = ['run', 'started', 'outcome', 'stage', 'metric', 'value', 'low', 'high', 'executed_in'];
  return [head, ...rows].map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
};

const quoted = (cell: string | number): string => {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
