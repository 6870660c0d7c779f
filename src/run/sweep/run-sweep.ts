import { type Axis, axisName } from '../../load/sweep/axis.ts';
import type { Cell } from '../../load/sweep/cells.ts';
import type { StageRunRecord } from '../../types/generated/stage-run.ts';
import type { Pipeline } from '../../types/pipeline.ts';
import type { StageOutcome } from '../outcome.ts';
import { costOf, failureOf, judgedOn, type Measured, measureMetric, measureObjective } from '../variants/measure.ts';
import { pairedDifference } from '../variants/paired.ts';
import { type RunSettings, runVariant, type VariantRun } from '../variants/run-variant.ts';
import type { CellResult, Sweep } from './sweep.ts';

export interface SweepRequest {
  readonly pipeline: Pipeline & { readonly objective: NonNullable<Pipeline['objective']> };
  readonly axes: readonly Axis[];
  readonly cells: readonly Cell[];
  readonly seeds: readonly number[];
  /** The stages that evaluate on test, where that is asked for. */
  readonly testStages: readonly string[];
  readonly settings: RunSettings;
  /** The record of a stage run, by its digest. */
  readonly readStageRun: (digest: string) => StageRunRecord | undefined;
  readonly onStart: (cell: Cell, seed: number) => void;
  readonly onEnd: (cell: Cell, done: CellDone) => void;
}

/** A run of a cell, measured. */
export interface CellDone extends VariantRun {
  readonly seed: number;
  readonly measured: Measured | undefined;
  readonly test: Measured | undefined;
}

/**
 * Runs each cell with the first seed, then each with the next, so that what an interrupted sweep has found is of all
 * cells. One that fails is not tried with other seeds; the others are.
 */
export const runSweep = async (request: SweepRequest): Promise<Sweep> => {
  const { cells, seeds, settings } = request;
  const done = new Map<Cell, CellDone[]>(cells.map((cell) => [cell, []]));
  for (const seed of seeds)
    for (const cell of cells) {
      const before = done.get(cell)!;
      if (settings.signal.aborted || before.some(({ outcome }) => outcome !== 'succeeded')) continue;
      request.onStart(cell, seed);
      const ended = measured(await runVariant(cell, seed, settings), seed, request);
      before.push(ended);
      request.onEnd(cell, ended);
    }
  return summarize(done, request);
};

const measured = (run: VariantRun, seed: number, { pipeline, testStages }: SweepRequest): CellDone => {
  const isDone = run.outcome === 'succeeded';
  const found = isDone ? measureObjective(run.stages, pipeline.objective) : undefined;
  const judges = isDone ? run.stages.filter(({ stage }) => testStages.includes(stage)) : [];
  return { ...run, seed, measured: found, test: measureMetric(judges, pipeline.objective.metric) };
};

const summarize = (done: ReadonlyMap<Cell, readonly CellDone[]>, request: SweepRequest): Sweep => {
  const { pipeline, axes, seeds, settings } = request;
  const all = [...done.values()].flat();
  const judge = all.find((each) => each.measured !== undefined)?.measured;
  const failed = all.some(({ outcome }) => outcome === 'failed');
  const { metric, mode } = pipeline.objective;
  return {
    pipeline: pipeline.name,
    objective: { metric, mode },
    ...(judge && { metric: judge.metric }),
    on: judgedOn(judge, pipeline),
    seeds,
    outcome: settings.signal.aborted ? 'interrupted' : failed ? 'failed' : 'succeeded',
    axes: axes.map(axisName),
    cells: [...done].map(([cell, runs]) => resultOf(cell, runs, request)),
  };
};

const resultOf = ({ name, file, setting }: Cell, runs: readonly CellDone[], request: SweepRequest): CellResult => {
  const values = runs.flatMap((run) => run.measured?.value ?? []);
  const { mean, high } = values.length === 0 ? { mean: undefined, high: undefined } : pairedDifference(values);
  const failure = failureOf(runs);
  return {
    ...{ pipeline: name, file, setting },
    runs: runs.map((run) => ({
      ...{ seed: run.seed, run: run.run },
      ...present('value', run.measured?.value),
      ...present('test', run.test?.value),
    })),
    ...present('value', mean),
    ...present('half', mean === undefined || high === undefined ? undefined : high - mean),
    ...present('test', meanOf(runs.flatMap((run) => run.test?.value ?? []))),
    ...hardwareOf(runs, request),
    ...costOf(runs.flatMap(({ stages }) => stages)),
    ...present('failure', failure),
  };
};

/** What the swept stages took, from the records of their executions: in this sweep, or in the one that they come from. */
const hardwareOf = (runs: readonly CellDone[], { axes, readStageRun }: SweepRequest) => {
  const swept = new Set(axes.map(({ stage }) => stage));
  const outcomes: readonly StageOutcome[] = runs.flatMap(({ stages }) =>
    stages.filter(({ stage }) => swept.has(stage)),
  );
  const records = outcomes.flatMap(({ stageRun }) => (stageRun === undefined ? [] : (readStageRun(stageRun) ?? [])));
  const rates = records.flatMap(({ telemetry }) => numbersIn(telemetry['examples_per_second']));
  const seconds = records.map((record) => record.seconds);
  const peaks = records.flatMap(({ hardware }) => hardware?.cpu?.rss.max ?? []);
  return {
    ...present('examplesPerSecond', medianOf(rates)),
    ...present('executionSeconds', medianOf(seconds)),
    ...present('peakMemory', medianOf(peaks)),
  };
};

const numbersIn = (value: unknown): number[] =>
  Array.isArray(value) ? value.filter((each): each is number => Number.isFinite(each)) : [];

const meanOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, each) => sum + each, 0) / values.length;

const medianOf = (values: readonly number[]): number | undefined => {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
};

const present = <Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } =>
  value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
