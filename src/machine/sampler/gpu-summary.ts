import type { GpuRecord } from '../../types/generated/stage-run.ts';
import { createGauge, type Gauge, round } from './gauge.ts';
import type { GpuReading } from './nvidia-smi.ts';
import type { Series } from './series.ts';

/** Takes readings of several GPUs in, and sums them up. */
export interface GpuSummary {
  /** @param now seconds from the start of the sampling at which it was heard. */
  add(reading: GpuReading, now: number): void;
  /** In the order of their numbers; empty where nothing was read. */
  read(): GpuRecord[];
}

/** A GPU whose utilization is below this many per cent is idle: a desktop takes a few, a training far more. */
export const idleBelow = 10;

/**
 * A reading stands for the time since the one before it, by nvidia-smi's own clock, so that lines which arrive late
 * weigh what they should; and for twice the interval at the most, since of a gap nothing is known.
 */
export const summarizeGpus = (interval: number, series: Series): GpuSummary => {
  const gpus = new Map<number, Gpu>();
  return {
    add: (reading, now) => {
      const gpu = gpus.get(reading.index) ?? newGpu(reading, now);
      gpus.set(reading.index, gpu);
      const since = (reading.time - gpu.last) / 1000;
      const seconds = since > 0 ? Math.min(since, 2 * interval) : interval;
      gpu.last = reading.time;
      for (const quantity of quantities) {
        const value = reading[quantity];
        if (value !== undefined) gpu.gauges[quantity].add(value, seconds);
      }
      const at = Math.max(0, gpu.from + (reading.time - gpu.first) / 1000);
      series.add(trackOf(reading.index), at, reading.utilization);
    },
    read: () => [...gpus.values()].sort((a, b) => a.index - b.index).map((gpu) => recordOf(gpu, series)),
  };
};

const quantities = ['utilization', 'memory', 'power', 'temperature'] as const;

interface Gpu extends Pick<GpuReading, 'index' | 'name' | 'memoryTotal'> {
  readonly gauges: Readonly<Record<(typeof quantities)[number], Gauge>>;
  /** Seconds from the start of the sampling, and nvidia-smi's time, of its first reading. */
  readonly from: number;
  readonly first: number;
  last: number;
}

const newGpu = ({ index, name, memoryTotal, time }: GpuReading, now: number): Gpu => ({
  ...{ index, name, from: now, first: time, last: time },
  ...(memoryTotal !== undefined && { memoryTotal }),
  gauges: {
    utilization: createGauge(1),
    memory: createGauge(2 ** 20),
    power: createGauge(0.1),
    temperature: createGauge(1),
  },
});

const trackOf = (index: number): string => `gpu ${index}`;

const recordOf = ({ index, name, memoryTotal, gauges }: Gpu, series: Series): GpuRecord => {
  const [memory, power, temperature] = [gauges.memory.peak(), gauges.power.peak(), gauges.temperature.peak()];
  return {
    index,
    name,
    seconds: round(gauges.utilization.seconds(), 0.001),
    utilization: gauges.utilization.spread()!,
    idleSeconds: round(gauges.utilization.below(idleBelow), 0.001),
    ...(memory && { memory }),
    ...(memoryTotal !== undefined && { memoryTotal }),
    ...(power && { power }),
    ...(temperature && { temperature }),
    series: series.read(trackOf(index)),
  };
};
