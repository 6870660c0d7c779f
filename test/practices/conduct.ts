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
  type Reading,
  type RunExtract,
  type StageRunExtract,
  type Value,
} from './experiments.ts';

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
  const args = ['run', pipeline, ...(arm.stages ?? []), ...overrides.flatMap((each) => ['--set', each])];
  const { exitCode, stderr } = await stemma(project, args);
  const name = / · run (\S+)/.exec(stderr)?.[1];
  if (exitCode !== (arm.exit ?? 0)) throw new Error(`stemma ${args.join(' ')} ended with ${exitCode}:\n${stderr}`);
  const record = name === undefined ? undefined : recordOf<RunRecord>(project, `runs/${name}`);
  const named = (record?.stages ?? []).flatMap(({ stage, stageRun }) => (stageRun ? [[stage, stageRun] as const] : []));
  const stages = Object.fromEntries(named.map(([, digest]) => [digest, extractOf(stageRunOf(project, digest))]));
  const values = experiment.read.flatMap((reading): [string, Value][] => {
    const value = readingOf({ project, pipeline, arm, stderr, stages: Object.values(stages) }, reading);
    return value === undefined ? [] : [[reading.name, value]];
  });
  const run: RunExtract = {
    ...{ arm: arm.name, seed, command: `stemma ${args.join(' ')}`, exit: exitCode ?? -1 },
    ...(record && { run: record.run, outcome: record.outcome }),
    ...{ values: Object.fromEntries(values), stages: Object.fromEntries(named) },
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

interface Seen {
  readonly project: TestProject;
  readonly pipeline: string;
  readonly arm: Arm;
  readonly stderr: string;
  readonly stages: readonly StageRunExtract[];
}

/** Undefined where the arm has no such stage. */
const readingOf = ({ project, pipeline, arm, stderr, stages }: Seen, reading: Reading): Value | undefined => {
  if ('said' in reading) return groupOf(reading.said, stderr);
  const name = arm.as?.[reading.stage] ?? reading.stage;
  const stage = stages.find((each) => each.stage === name);
  if (stage === undefined) return;
  if ('metric' in reading) return stage.metrics?.[reading.metric];
  if ('summary' in reading) return groupOf(reading.summary, stage.summary ?? '');
  const file = JSON.parse(project.read(`artifacts/${pipeline}/${name}/${reading.file}`)) as unknown;
  const found = reading.at.reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], file);
  return reading.like === undefined ? (found as Value | undefined) : countLike(found as object[], reading.like);
};

const countLike = (list: readonly object[], like: object): number =>
  list.filter((each) => Object.entries(like).every(([key, value]) => (each as Record<string, unknown>)[key] === value))
    .length;

const groupOf = (pattern: string, text: string): Value | undefined => {
  const found = new RegExp(pattern).exec(text)?.[1];
  if (found === undefined) return;
  const number = Number(found.replaceAll(',', ''));
  return Number.isNaN(number) ? found : number;
};
