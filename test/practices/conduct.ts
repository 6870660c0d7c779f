import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../../src/types/generated/run.ts';
import type { StageRunRecord } from '../../src/types/generated/stage-run.ts';
import type { TestProject } from '../rig/project.ts';
import { stemma } from '../rig/stemma.ts';
import {
  type Arm,
  type Experiment,
  folder,
  type PracticeRecord,
  type RunExtract,
  type StageRunExtract,
  type Value,
} from './experiments.ts';
import { readAll } from './readings.ts';

/** Makes a project of the pipelines of the page. */
export const furnish = ({ root }: TestProject): void => {
  for (const part of ['pipelines', 'scripts']) cpSync(join(folder, part), join(root, part), { recursive: true });
  symlinkSync(join(folder, '../../node_modules'), join(root, 'node_modules'));
};

/** Runs an experiment whole: each arm with each seed, one after the other. */
export const conduct = async (project: TestProject, experiment: Experiment): Promise<PracticeRecord> => {
  const [runs, stageRuns]: [RunExtract[], Record<string, StageRunExtract>] = [[], {}];
  for (const seed of experiment.seeds)
    for (const arm of experiment.arms) {
      const { run, stages } = await conductOne(project, experiment, { arm, seed });
      runs.push(run);
      Object.assign(stageRuns, stages);
    }
  return { runs, stageRuns };
};

const conductOne = async (project: TestProject, experiment: Experiment, { arm, seed }: { arm: Arm; seed: number }) => {
  const pipeline = arm.pipeline ?? experiment.pipeline;
  const overrides = Object.entries({ ...arm.set, seed }).map(([path, value]) => `${path}=${textOf(value)}`);
  const set = overrides.flatMap((each) => ['--set', each]);
  const args = ['run', pipeline, ...(arm.stages ?? []), ...set];
  const { exitCode, stderr } = await stemma(project, args);
  const name = / · run (\S+)/.exec(stderr)?.[1];
  if (exitCode !== (arm.exit ?? 0)) throw new Error(`stemma ${args.join(' ')} ended with ${exitCode}:\n${stderr}`);
  const record = name === undefined ? undefined : recordOf<RunRecord>(project, `runs/${name}`);
  const named = (record?.stages ?? []).flatMap(({ stage, stageRun }) => (stageRun ? [[stage, stageRun] as const] : []));
  const stages = Object.fromEntries(named.map(([, digest]) => [digest, extractOf(stageRunOf(project, digest))]));
  const stageRuns = new Map(named.map(([stage, digest]) => [stage, stageRunOf(project, digest)]));
  const read = await readAll(experiment.read, { project, pipeline, arm, stderr, stageRuns, set });
  const run: RunExtract = {
    ...{ arm: arm.name, seed, command: `stemma ${args.join(' ')}`, exit: exitCode ?? -1 },
    ...(record && { run: record.run, outcome: record.outcome }),
    ...{ ...read, stages: Object.fromEntries(named) },
  };
  return { run, stages };
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const recordOf = <T>({ root }: TestProject, path: string): T =>
  JSON.parse(readFileSync(join(root, `artifacts/.store/records-v1/${path}.json`), 'utf8')) as T;

const stageRunOf = (project: TestProject, digest: string): StageRunRecord => {
  const hex = digest.replace('sha256:', '');
  return recordOf(project, `stage-runs/${hex.slice(0, 2)}/${hex.slice(2)}`);
};

/** Without times and readings of the machine, which no other run has again. */
const extractOf = ({
  stage,
  fingerprint,
  fields,
  outs,
  summary,
  metrics,
  failure,
}: StageRunRecord): StageRunExtract => ({
  ...{ stage, fingerprint, fields },
  outs: Object.fromEntries(outs.map(({ name, digest }) => [name, digest])),
  ...(summary !== undefined && { summary }),
  ...(Object.keys(metrics).length > 0 && { metrics: metrics as Record<string, Value> }),
  ...(failure !== undefined && { failure }),
});
