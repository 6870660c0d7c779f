import type { HardwareRecord, StageRunRecord } from '../../src/types/generated/stage-run.ts';
import type { RunPageInput } from '../../src/ui/page/page-input.ts';
import { mnistPage } from './runs.ts';

const wave = (length: number, at: (index: number) => number): number[] =>
  Array.from({ length }, (_, index) => Math.round(at(index) * 100) / 100);

/** 40 s on a GPU that waits for data half of the time. */
export const hardware: HardwareRecord = {
  seconds: 41.8,
  interval: 0.5,
  every: 0.5,
  cpu: {
    cores: 8,
    seconds: 52.3,
    busy: { mean: 1.25, max: 3.9, p10: 0.98, p50: 1.1, p90: 1.7 },
    idleSeconds: 0,
    rss: { mean: 1_210_000_000, max: 1_420_000_000 },
    series: wave(83, (index) => 1.2 + 0.4 * Math.sin(index)),
  },
  gpus: [
    {
      index: 0,
      name: 'NVIDIA H100 80GB HBM3',
      seconds: 41.5,
      utilization: { mean: 44.2, max: 97, p10: 0, p50: 48, p90: 93 },
      idleSeconds: 14.5,
      memory: { mean: 2_900_000_000, max: 3_366_000_000 },
      memoryTotal: 85_520_000_000,
      power: { mean: 241.3, max: 388.1 },
      temperature: { mean: 44.1, max: 51 },
      series: wave(83, (index) => (index < 9 ? 0 : 48 + 45 * Math.sin(index / 3))).map((value, index) =>
        index === 40 ? null : value,
      ),
    },
  ],
};

/** The same run on a machine with a price, its training sampled and held up by its data. */
export const machinePage: RunPageInput = {
  ...mnistPage,
  run: { ...mnistPage.run, host: { ...mnistPage.run.host, price: { perHour: 1.9, currency: 'USD' } } },
  stageRuns: new Map(
    [...mnistPage.stageRuns].map(([digest, record]): [string, StageRunRecord] => [
      digest,
      record.stage === 'train' ? sampled(record) : record,
    ]),
  ),
};

function sampled(record: StageRunRecord): StageRunRecord {
  const step = { count: 1266, data: 19.4, transfer: 1.1, compute: 16.2, rest: 0.8 };
  return {
    ...record,
    hardware,
    backend: { ...record.backend, name: 'tensorflow', device: 'gpu' },
    telemetry: { ...record.telemetry, step },
  };
}
