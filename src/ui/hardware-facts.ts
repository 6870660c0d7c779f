import { isStepDivision, type StepDivision, secondsOf } from '../machine/sampler/step-division.ts';
import type { CpuRecord, GpuRecord, StageRunRecord } from '../types/generated/stage-run.ts';
import { formatBytes, formatNumber, formatSeconds, plural } from './format.ts';

/** What a stage run took of the machine, and how its steps divide: terms and what they are, for terminal and page. */
export const hardwareFacts = ({ hardware, telemetry }: StageRunRecord): readonly (readonly [string, string])[] => [
  ...stepFacts(telemetry['step']),
  ...(hardware?.cpu === undefined ? [] : cpuFacts(hardware.cpu)),
  ...(hardware?.gpus ?? []).flatMap(gpuFacts),
  ['GPU', hardware?.gpusUnread ?? ''],
];

/** The parts of a step with the share of the time that each took. */
export const stepParts = (step: StepDivision): readonly (readonly [part: string, seconds: number, share: number])[] => {
  const all = secondsOf(step);
  const parts = [
    ['waiting for data', step.data],
    ['transfer', step.transfer],
    ['computing', step.compute],
    ['the rest', step.rest],
  ] as const;
  return parts.map(([part, seconds]) => [part, seconds, all === 0 ? 0 : seconds / all]);
};

const stepFacts = (step: unknown): (readonly [string, string])[] => {
  if (!isStepDivision(step)) return [];
  const parts = stepParts(step).map(([part, , share]) => `${part} ${Math.round(share * 100)} %`);
  return [['steps', `${plural(step.count, 'step')} in ${formatSeconds(secondsOf(step))}: ${parts.join(', ')}`]];
};

const cpuFacts = ({ cores, seconds, busy, idleSeconds, rss }: CpuRecord): (readonly [string, string])[] => [
  [
    'processor',
    `${busy.mean.toFixed(2)} of ${plural(cores, 'core')} busy (median ${busy.p50.toFixed(2)}, most ${busy.max.toFixed(2)}), ${formatSeconds(seconds)} of processor time${idleSeconds > 0 ? `, idle for ${formatSeconds(idleSeconds)}` : ''}`,
  ],
  ['memory', `${formatBytes(Math.round(rss.mean))} resident, at most ${formatBytes(rss.max)}`],
];

const gpuFacts = (gpu: GpuRecord): (readonly [string, string])[] => {
  const { index, name, seconds, utilization, idleSeconds, memory, memoryTotal, power, temperature } = gpu;
  const { mean, p10, p50, p90 } = utilization;
  const total = memoryTotal === undefined ? '' : ` of ${formatBytes(memoryTotal)}`;
  const quantiles = [p10, p50, p90].map((percent) => `${percent} %`).join(', ');
  const more = [
    memory && `memory at most ${formatBytes(memory.max)}${total}`,
    power && `${formatNumber(Math.round(power.mean))} W (most ${formatNumber(Math.round(power.max))} W)`,
    temperature && `at most ${temperature.max} °C`,
  ];
  return [
    [`GPU ${index}`, name],
    [
      `GPU ${index} busy`,
      `${Math.round(mean)} % of ${formatSeconds(seconds)} (tenth, median, nine tenths: ${quantiles}), idle for ${formatSeconds(idleSeconds)}`,
    ],
    [`GPU ${index} took`, more.filter((part) => part !== undefined).join(', ')],
  ];
};
