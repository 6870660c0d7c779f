import { suggest } from '../diagnostics/suggest.ts';
import { readSource } from '../load/ablation/read-source.ts';
import { type Axis, axisName, parseAxis } from '../load/sweep/axis.ts';
import { cellsOf } from '../load/sweep/cells.ts';
import type { SweepRequest } from '../run/sweep/run-sweep.ts';
import type { Pipeline, Project } from '../types/pipeline.ts';
import { checkNames, judgesOf, objectiveOf, seedsFrom, stagesThatEvaluate } from './comparing.ts';
import { type OpenedPipeline, pipelineFileOf } from './pipeline-options.ts';
import { UserMistake } from './user-mistake.ts';

/** What a sweep will do. */
export interface SweepPlan extends Pick<SweepRequest, 'pipeline' | 'axes' | 'cells' | 'seeds' | 'testStages'> {
  readonly project: Project;
  /** Stages that each cell is run to; none for all. */
  readonly targets: readonly string[];
}

export interface SweepAsked {
  /** The pipeline as it was named. */
  readonly asked: string | undefined;
  readonly set: readonly string[];
  /** As `train.batch_size=16,64`. */
  readonly axes: readonly string[];
  readonly seeds: number;
  readonly test?: boolean;
}

/** Makes the cells of a sweep. Throws `UserMistake` where one of them is no pipeline, or there is nothing to compare by. */
export const planSweep = async ({ project, pipeline }: OpenedPipeline, asked: SweepAsked): Promise<SweepPlan> => {
  const objective = objectiveOf(pipeline);
  const axes = axesOf(asked.axes, pipeline);
  const source = await readSource({ project, file: pipelineFileOf(project, asked.asked), set: asked.set });
  if (source === undefined) throw new UserMistake(`${pipeline.file} cannot be read any more`);
  const { cells, mistakes } = await cellsOf(axes, { project, pipeline, source });
  if (mistakes.length > 0) throw new UserMistake([...new Set(mistakes)].join('\n'));
  checkNames(cells, project);
  const judges = judgesOf(pipeline);
  const testStages = asked.test ? stagesThatEvaluate(pipeline) : [];
  const targets = judges.length > 0 ? [...judges, ...testStages] : [];
  return {
    ...{ project, axes, cells, testStages, targets, pipeline: { ...pipeline, objective } },
    seeds: seedsFrom(pipeline.seed, asked.seeds),
  };
};

const axesOf = (texts: readonly string[], pipeline: Pipeline): readonly Axis[] => {
  if (texts.length === 0) {
    throw new UserMistake(
      'there is nothing to sweep',
      'name params with their values, for example: train.batch_size=16,64,256 train.optimizer.rate=0.001,0.01',
    );
  }
  const axes = texts.map((text) => axisOf(text, pipeline));
  const names = axes.map(axisName);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) throw new UserMistake(`${twice} stands twice`, 'write all its values into one list');
  return axes;
};

const axisOf = (text: string, pipeline: Pipeline): Axis => {
  const axis = parseAxis(text);
  if (axis === undefined) {
    throw new UserMistake(
      `"${text}" is not of the form stage.param=value,value, each value once`,
      'for example: train.batch_size=16,64',
    );
  }
  const { stage } = axis;
  if (!pipeline.stages.has(stage)) {
    const near = suggest(stage, pipeline.stages.keys(), 'its stages');
    throw new UserMistake(`pipeline "${pipeline.name}" has no stage "${stage}"`, near);
  }
  return axis;
};
