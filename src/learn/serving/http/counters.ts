/** What a server has done since it began. */
export interface Counters {
  /** A request has been answered, after so many seconds. */
  answered(path: string, status: number, seconds: number): void;
  rows(good: number): void;
  /** As Prometheus reads it. */
  text(now: { readonly inFlight: number; readonly batches: number }): string;
}

/** @see https://prometheus.io/docs/instrumenting/exposition_formats/ (text format 0.0.4) */
export const createCounters = (): Counters => {
  const requests = new Map<string, number>();
  const recent: number[] = [];
  let [rows, seconds, count] = [0, 0, 0];
  return {
    answered: (path, status, took) => {
      const key = `path="${path}",code="${status}"`;
      requests.set(key, (requests.get(key) ?? 0) + 1);
      if (path !== '/predict') return;
      recent[count % window] = took;
      count += 1;
      seconds += took;
    },
    rows: (good) => {
      rows += good;
    },
    text: ({ inFlight, batches }) =>
      [
        ...family('stemma_requests_total', 'counter', 'Requests that were answered.'),
        ...[...requests].map(([key, value]) => `stemma_requests_total{${key}} ${value}`),
        ...family('stemma_rows_total', 'counter', 'Rows that were predicted.'),
        `stemma_rows_total ${rows}`,
        ...family('stemma_batches_total', 'counter', 'Times that the model was asked.'),
        `stemma_batches_total ${batches}`,
        ...family('stemma_requests_in_flight', 'gauge', 'Requests that are being answered.'),
        `stemma_requests_in_flight ${inFlight}`,
        ...family(
          'stemma_predict_seconds',
          'summary',
          `Time from a request for a prediction to its answer; quantiles over the last ${window}.`,
        ),
        ...quantiles.map((share) => `stemma_predict_seconds{quantile="${share}"} ${quantileOf(recent, share)}`),
        `stemma_predict_seconds_sum ${seconds}`,
        `stemma_predict_seconds_count ${count}`,
        '',
      ].join('\n'),
  };
};

const family = (name: string, type: string, help: string): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
];

const window = 1_024;
const quantiles = [0.5, 0.9, 0.99];

/** The least of the values that so large a share of them does not exceed; NaN where there is none. */
const quantileOf = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};
