import type { Json } from '../../../types/json.ts';
import type { ToldEpoch, ToldRun } from '../told-run.ts';
import { bytesOf, type Message, message } from './message.ts';

/**
 * A run as Weights & Biases' records: what it was told, its epochs as rows of the history, its metrics as the summary.
 * Field numbers are those of wandb 0.30.
 *
 * @see https://github.com/wandb/wandb/blob/main/wandb/proto/wandb_internal.proto
 */
export const recordsOf = (run: ToldRun): readonly Uint8Array[] =>
  [
    headerRecord(run),
    runRecord(run),
    environmentRecord(run),
    ...axisRecords(run),
    ...run.epochs.map((epoch, step) => historyRecord(run, epoch, step)),
    summaryRecord(run),
    exitRecord(run),
  ].map((record, at) => bytesOf([[1, at + 1], ...record, [200, message([1, idOf(run)])]]));

/** Sixteen digits are enough to tell runs apart, and short enough for an address. */
export const idOf = ({ id }: ToldRun): string => id.slice(0, 16);

const headerRecord = ({ record }: ToldRun): Message => [
  // The oldest wandb that reads what is told here.
  [21, message([1, message([1, `stemma-${record.host.stemma}`], [2, '0.70.0'])])],
];

const runRecord = (run: ToldRun): Message => {
  const { record, started } = run;
  const { name, summary } = record.pipeline;
  return [
    [
      17,
      message(
        [1, idOf(run)],
        [3, name],
        [4, message([1, configOf(run).map(([key, value]) => message([1, key], [16, jsonOf(value)]))])],
        [8, record.run],
        [9, summary],
        [10, ['stemma', record.outcome]],
        [17, timestamp(started)],
      ),
    ],
  ];
};

/** Params by stage; then the seed, and the facts below one key. */
const configOf = ({ params, facts, record }: ToldRun): [string, Json][] => [
  ['_wandb', {}],
  ...params.map(({ stage, params: set }): [string, Json] => [stage, set]),
  // No stage has such a name: they are lower case.
  ['STEMMA', { seed: record.pipeline.seed, ...Object.fromEntries(facts) }],
];

const environmentRecord = ({ record, started, id }: ToldRun): Message => {
  const { platform, cores, memory } = record.host;
  const system = message(
    [1, platform],
    [3, timestamp(started)],
    [5, record.command.slice(1)],
    [6, record.pipeline.file],
  );
  return [[26, message(...system.message, [17, cores], [21, message([1, memory])], [199, id])]];
};

/** The epoch is what a training's curves are drawn over. */
const axisRecords = ({ epochs }: ToldRun): readonly Message[] =>
  [...new Set(epochs.map(({ stage }) => stage))].flatMap((stage): Message[] => [
    [[12, message([1, `${curvesOf(stage)}/epoch`], [6, message([3, 1])])]],
    [[12, message([2, `${curvesOf(stage)}/*`], [4, `${curvesOf(stage)}/epoch`], [6, message([1, 1], [3, 1])])]],
  ]);

/** Metrics of a stage's epochs stand beside those of the stage, which are of the epoch that was kept. */
export const curvesOf = (stage: string): string => `${stage}.epochs`;

const historyRecord = ({ started }: ToldRun, { stage, epoch, values, time }: ToldEpoch, step: number): Message => {
  const row: [string, number][] = [
    ['_step', step],
    ['_runtime', (time - started) / 1000],
    ['_timestamp', time / 1000],
    [`${curvesOf(stage)}/epoch`, epoch],
    ...values.map(([name, value]): [string, number] => [`${curvesOf(stage)}/${name}`, value]),
  ];
  return [[2, message([1, row.map(([key, value]) => item([key], value))], [2, message([1, step])])]];
};

/** The last epoch of each training, as wandb itself would have it, and the metrics of all stages. */
const summaryRecord = ({ started, ended, metrics, epochs }: ToldRun): Message => {
  const runtime = Math.round((ended - started) / 1000);
  const last = new Map(
    epochs.flatMap(({ stage, epoch, values }) =>
      [['epoch', epoch] as const, ...values].map(([name, value]): [string, number] => [
        `${curvesOf(stage)}/${name}`,
        value,
      ]),
    ),
  );
  const items = [
    item(['_wandb', 'runtime'], runtime),
    ...[...last].map(([key, value]) => item([key], value)),
    ...metrics.map(({ stage, name, value }) => item([`${stage}/${name}`], value)),
  ];
  return [[3, message([1, items])]];
};

const item = (key: readonly string[], value: number) => message([2, key], [16, jsonOf(value)]);

const exitRecord = ({ record, started, ended }: ToldRun): Message => {
  const code = { succeeded: 0, refused: 1, failed: 1, interrupted: 130 }[record.outcome];
  return [[18, message([1, code], [2, Math.round((ended - started) / 1000)])]];
};

const timestamp = (milliseconds: number) =>
  message([1, Math.floor(milliseconds / 1000)], [2, (milliseconds % 1000) * 1_000_000]);

/** JSON as wandb writes it: numbers that are none have the names that Python's reader knows. */
const jsonOf = (value: Json): string =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : JSON.stringify(value);
