import { availableParallelism } from 'node:os';
import type { CpuRecord, HardwareRecord } from '../../types/generated/stage-run.ts';
import { createGauge, round } from './gauge.ts';
import { summarizeGpus } from './gpu-summary.ts';
import { watchGpus } from './nvidia-smi.ts';
import { groupReader } from './process-group.ts';
import { createSeries, type Series } from './series.ts';

export interface Sampler {
  /** Ends the sampling, and sums it up; undefined where the process ended before the first reading. */
  end(): Promise<HardwareRecord | undefined>;
}

export interface SamplerOptions {
  /** The leader of the process group, just started. */
  readonly group: number;
  /** The user's: where nvidia-smi is found. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the stage's process sees of the GPUs: its CUDA_VISIBLE_DEVICES. */
  readonly visibleGpus: string | undefined;
}

/**
 * Reads what a process group takes of this machine, twice a second, until it is ended. It never fails: what cannot be
 * read is absent. Two files a process and one line of nvidia-smi are read each time, which is far below 1 % of a core.
 */
export const startSampler = ({ group, environment, visibleGpus }: SamplerOptions): Sampler => {
  const started = performance.now();
  const now = () => (performance.now() - started) / 1000;
  const series = createSeries(interval);
  const gpus = summarizeGpus(interval, series);
  const watch = watchGpus({
    ...{ environment, interval, visible: visibleGpus },
    onReading: (reading) => gpus.add(reading, now()),
  });
  const cpu = sampleCpu(group, { now, series });
  return {
    end: async () => {
      cpu.stop();
      const seconds = now();
      const gpusUnread = await watch?.end();
      const [processor, devices] = [cpu.read(), gpus.read()];
      if (processor === undefined && devices.length === 0) return undefined;
      return {
        seconds: round(seconds, 0.001),
        interval,
        every: series.every(),
        ...(processor && { cpu: processor }),
        ...(devices.length > 0 && { gpus: devices }),
        ...(gpusUnread !== undefined && { gpusUnread }),
      };
    },
  };
};

/** Seconds between two readings. */
const interval = 0.5;

interface CpuSampling {
  stop(): void;
  read(): CpuRecord | undefined;
}

/** A process group with less than this many cores busy waits for something. */
const idleBelow = 0.1;

const sampleCpu = (group: number, { now, series }: { now: () => number; series: Series }): CpuSampling => {
  const { read, interval: every } = groupReader(group);
  const [busy, rss] = [createGauge(0.01), createGauge(2 ** 20)];
  let last: { readonly at: number; readonly seconds: number } = { at: 0, seconds: 0 };
  let total = 0;
  let isReading = false;
  let isStopped = false;

  const sample = async (): Promise<void> => {
    if (isReading) return;
    isReading = true;
    const reading = await read();
    isReading = false;
    const at = now();
    if (isStopped || reading === undefined || at <= last.at) return;
    // With a process that nobody waited for, its time is gone; what was done since is then not known, and not below 0.
    const used = Math.max(0, reading.seconds - last.seconds);
    const cores = used / (at - last.at);
    total += used;
    busy.add(cores, at - last.at);
    rss.add(reading.rss, at - last.at);
    series.add('cpu', at, cores);
    last = { at, seconds: reading.seconds };
  };
  const timer = setInterval(() => void sample(), every * 1000).unref();
  return {
    stop: () => {
      isStopped = true;
      clearInterval(timer);
    },
    read: () => {
      const [spread, memory] = [busy.spread(), rss.peak()];
      if (spread === undefined || memory === undefined) return undefined;
      return {
        cores: availableParallelism(),
        seconds: round(total, 0.01),
        busy: spread,
        idleSeconds: round(busy.below(idleBelow), 0.001),
        rss: memory,
        series: series.read('cpu'),
      };
    },
  };
};
