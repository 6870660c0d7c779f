import { createHash } from 'node:crypto';
import type { PipelineFile, PipelineStage } from '../../types/generated/pipeline-file.ts';
import type { JsonObject } from '../../types/json.ts';
import type { Pipeline, Project } from '../../types/pipeline.ts';
import type { Source } from '../ablation/step.ts';
import { variantText } from '../ablation/variant.ts';
import { isRecord } from '../is-record.ts';
import { loadPipeline } from '../load-pipeline.ts';
import { type Axis, axisName, gridOf, paramsAt, type Setting } from './axis.ts';

/** The pipeline with the params of one place of the grid, in a file of its own. */
export interface Cell {
  readonly name: string;
  /** Path of its file, relative to the project. */
  readonly file: string;
  readonly setting: Setting;
  /** What its file holds for a seed. */
  text(seed: number): string;
}

export interface SweepSource {
  readonly project: Project;
  readonly pipeline: Pipeline;
  readonly source: Source;
}

/** All places of the grid, and what is wrong with those that are no pipeline. */
export const cellsOf = async (
  axes: readonly Axis[],
  from: SweepSource,
): Promise<{ readonly cells: readonly Cell[]; readonly mistakes: readonly string[] }> => {
  const cells = gridOf(axes).map((setting) => cellAt(setting, axes, from));
  const mistakes: string[] = [];
  for (const cell of cells) {
    const { project, pipeline } = from;
    const { backend, seed } = pipeline;
    const loaded = await loadPipeline({ project, file: cell.file, backend, text: cell.text(seed) });
    if (!loaded.ok)
      mistakes.push(...loaded.diagnostics.map(({ message }) => `${settingText(axes, cell.setting)}: ${message}`));
  }
  return { cells, mistakes };
};

/** As "train.batch_size 64, train.optimizer.rate 0.01". */
export const settingText = (axes: readonly Axis[], setting: Setting): string =>
  axes.map((axis, at) => `${axisName(axis)} ${valueText(setting[at]!)}`).join(', ');

export const valueText = (value: Setting[number]): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

const cellAt = (setting: Setting, axes: readonly Axis[], { pipeline, source }: SweepSource): Cell => {
  const named = axes.map((axis, at) => [axisName(axis), setting[at]!] as const);
  // A name holds no dots, and values are of any form.
  const hash = createHash('sha256').update(JSON.stringify(named)).digest('hex').slice(0, 10);
  const name = `${pipeline.name}--sweep-${hash}`;
  const file = `artifacts/.store/sweeps-v1/${name}.json`;
  const json = axes.reduce(
    (whole, axis, at) => withParams(whole, axis, (given) => paramsAt(axis, setting[at]!, pipeline, given)),
    source.json,
  );
  return { name, file, setting, text: (seed) => variantText(json, { name, seed, from: pipeline.file, to: file }) };
};

const withParams = (json: PipelineFile, { stage }: Axis, change: (given: JsonObject) => JsonObject): PipelineFile => {
  const before = json.stages[stage]!;
  const params = change(isRecord(before.params) ? (before.params as JsonObject) : {});
  const stages = Object.entries(json.stages).map(([name, each]) => [
    name,
    name === stage ? ({ ...before, params } as PipelineStage) : each,
  ]);
  return { ...json, stages: Object.fromEntries(stages) };
};
