import type { GpuRecord, HardwareRecord, StageRunRecord } from '../../types/generated/stage-run.ts';
import type { Money, Price, Verdict } from '../../types/machine.ts';
import { costOf, formatMoney } from '../money.ts';
import { isStepDivision, type StepDivision, secondsOf } from './step-division.ts';

/** A stage run, as far as it is judged. */
export type Judged = Pick<StageRunRecord, 'hardware' | 'telemetry' | 'backend'>;

/**
 * The thresholds, shares of the time of all steps. Those of data and overhead are where TensorFlow's profiler begins to
 * call a step highly bound by its input, and by all that is neither input nor computing; steps that together took less
 * than a second are mostly start-up.
 *
 * @see OpenXLA's xprof, op_stats_to_input_pipeline_analysis.cc: kHighlyInfeedBoundThresholdInPercent,
 *   kHighlyAllOtherBoundThresholdInPercent.
 */
export const thresholds = {
  data: 0.2,
  overhead: 0.15,
  /**
   * A GPU that is busy for less has waited for the program, whatever the program waited for. An H200 that small kernels
   * kept busy for 69 % of the steps drew 121 W of its 700; a cnn trained 6 times as fast in batches of 512 as of 128.
   */
  busy: 0.8,
  seconds: 1,
} as const;

/** Judges a stage run; undefined where nothing was recorded that could be judged. */
export const verdictOf = (run: Judged, price?: Price): Verdict | undefined => {
  const step = isStepDivision(run.telemetry['step']) ? run.telemetry['step'] : undefined;
  if (run.hardware === undefined && step === undefined) return undefined;
  const device = run.backend?.['device'] === 'gpu' ? 'gpu' : 'cpu';
  const gpu = device === 'gpu' ? busiest(run.hardware) : undefined;
  const idleSeconds = gpu?.idleSeconds ?? (step === undefined ? 0 : secondsOf(step) - step.compute);
  const cost = price && costOf(idleSeconds, price);
  const { kind, words } = judge(step, gpu) ?? unclear(step);
  const idle = kind === 'unclear' ? '' : idleWords({ kind, gpu, cost });
  return { kind, words: words + idle, idleSeconds, ...(cost && { cost }), remedy: remedyOf(kind, { step, gpu }) };
};

type Said = Pick<Verdict, 'kind' | 'words'>;

const judge = (step: StepDivision | undefined, gpu: GpuRecord | undefined): Said | undefined => {
  if (step === undefined) return gpu && judgeGpu(gpu);
  const all = secondsOf(step);
  if (all < thresholds.seconds) return undefined;
  const share = (seconds: number) => `${percent(seconds / all)} of the steps' ${seconds1(all)}`;
  const [data, overhead] = [step.data, step.transfer + step.rest];
  if (data >= thresholds.data * all && data >= overhead)
    return { kind: 'input-bound', words: `${share(data)} went by waiting for data` };
  if (overhead >= thresholds.overhead * all) {
    const [part, what] =
      step.transfer > step.rest
        ? [step.transfer, 'moving batches to where they are computed']
        : [step.rest, 'work around the computing'];
    return { kind: 'overhead-bound', words: `${share(overhead)} were overhead, ${percent(part / all)} ${what}` };
  }
  // Readings of the whole stage: its busy seconds are at least those of the steps, so this share is the most it can be.
  const busy = gpu && (gpu.utilization.mean / 100) * gpu.seconds;
  if (busy !== undefined && busy < thresholds.busy * all)
    return {
      kind: 'overhead-bound',
      words: `the GPU was busy for at most ${percent(busy / all)} of the steps' ${seconds1(all)}, and data was there in time`,
    };
  return { kind: 'compute-bound', words: `${share(step.compute)} went by computing` };
};

const judgeGpu = (gpu: GpuRecord): Said | undefined => {
  const { mean } = gpu.utilization;
  if (mean < thresholds.busy * 100 || gpu.seconds < thresholds.seconds) return undefined;
  return { kind: 'compute-bound', words: `the GPU was busy for ${Math.round(mean)} % of ${seconds1(gpu.seconds)}` };
};

const unclear = (step: StepDivision | undefined): Said => ({
  kind: 'unclear',
  words: step === undefined ? 'the stage does not tell how its steps divide' : 'its steps took too little time to tell',
});

interface Idle {
  readonly kind: Verdict['kind'];
  readonly gpu: GpuRecord | undefined;
  readonly cost: Money | undefined;
}

const idleWords = ({ kind, gpu, cost }: Idle): string => {
  const price = cost === undefined ? '' : formatMoney(cost);
  if (gpu !== undefined) {
    const what = `; the GPU was idle for ${seconds1(gpu.idleSeconds)} of ${seconds1(gpu.seconds)}`;
    return price === '' ? what : `${what}, which cost ${price}`;
  }
  return price === '' || kind === 'compute-bound' ? '' : `; what did not compute cost ${price}`;
};

interface Found {
  readonly step: StepDivision | undefined;
  readonly gpu: GpuRecord | undefined;
}

const remedyOf = (kind: Verdict['kind'], { step, gpu }: Found): string => {
  switch (kind) {
    case 'input-bound':
      return 'do once what is the same in every epoch (`copies` of augment makes augmented rows beforehand), make the augmentation cheaper, or prepare the next batch while one is computed';
    case 'overhead-bound':
      return step !== undefined && step.transfer > step.rest
        ? `keep data where it is computed, or move it in larger pieces: a larger batch_size${roomOf(gpu)}`
        : `fewer and larger steps: a larger batch_size${roomOf(gpu)}`;
    case 'compute-bound':
      return 'a faster machine, or a smaller model: `stemma advise` says what another machine would save';
    case 'unclear':
      return '';
  }
};

/** Memory that larger batches could take. */
const roomOf = (gpu: GpuRecord | undefined): string => {
  if (gpu?.memory === undefined || gpu.memoryTotal === undefined) return '';
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  return `; the GPU's memory was used up to ${gigabytes(gpu.memory.max)} of ${gigabytes(gpu.memoryTotal)} GB`;
};

/** A stage computes on one of those that it sees. */
const busiest = (hardware: HardwareRecord | undefined): GpuRecord | undefined =>
  hardware?.gpus?.reduce((most, gpu) => (gpu.utilization.mean > most.utilization.mean ? gpu : most));

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const seconds1 = (seconds: number): string => `${seconds.toFixed(1)} s`;
