import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { RunEvent, StageState } from '../../src/types/events.ts';
import type { RunRecord } from '../../src/types/generated/run.ts';
import type { StageRunRecord } from '../../src/types/generated/stage-run.ts';
import { cacheOf, type TestProject } from './project.ts';

/** The program as `make build` makes it. */
export const program = fileURLToPath(new URL('../../dist/stemma.js', import.meta.url));

export interface Ended {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  /** Beside PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  /** Options of Node itself. */
  readonly node?: readonly string[];
}

/** Starts `stemma ARGS` in a project, and does not wait for its end. */
export const startStemma = (project: TestProject, args: readonly string[], options: StartOptions = {}) =>
  execa(process.execPath, [...(options.node ?? []), program, ...args], {
    cwd: project.root,
    reject: false,
    stdin: 'ignore',
    // Variables of the test runner are not the user's.
    extendEnv: false,
    env: { ...environmentOf(project), ...options.env },
  });

/** No backend that happens to be installed here, and no lock that others hold. */
export const environmentOf = ({ root }: TestProject): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  STEMMA_CACHE_DIR: cacheOf(root),
});

export type Started = ReturnType<typeof startStemma>;

/** Resolves when it has said a text on stdout. */
export const said = (child: Started, text: string): Promise<void> =>
  new Promise((resolve) => {
    let all = '';
    child.stdout.on('data', (data) => {
      all += String(data);
      if (all.includes(text)) resolve();
    });
  });

export const stemma = async (project: TestProject, args: readonly string[], options?: StartOptions): Promise<Ended> =>
  endOf(startStemma(project, args, options));

export const endOf = async (child: Started): Promise<Ended> => {
  const { exitCode, signal, stdout, stderr } = await child;
  return { exitCode, signal, stdout: String(stdout), stderr: String(stderr) };
};

/** A run as `--json` tells it. */
export interface Run extends Ended {
  readonly events: readonly RunEvent[];
  /** What became of each stage. */
  readonly states: Readonly<Record<string, StageState>>;
  readonly ended: Readonly<Record<string, StageEnded>>;
  /** Stages that were executed, in the order of their ends. */
  readonly executed: readonly string[];
  readonly notices: readonly string[];
}

export type StageEnded = RunEvent & { type: 'stage-ended' };

/** `stemma run --json ARGS`. */
export const run = async (project: TestProject, args: readonly string[] = [], options?: StartOptions): Promise<Run> =>
  runOf(await stemma(project, ['run', '--json', ...args], options));

/** As `run`, for one that has to succeed: throws with all that it said where it did not. */
export const runWell = async (project: TestProject, args?: readonly string[], options?: StartOptions): Promise<Run> =>
  succeeded(await run(project, args, options));

export const succeeded = (ended: Run): Run => {
  if (ended.exitCode === 0) return ended;
  throw new Error(`stemma run: ${ended.signal ?? ended.exitCode}\n${ended.stdout}\n${ended.stderr}`);
};

export const runOf = (ended: Ended): Run => {
  const events = ended.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RunEvent);
  const stages = events.filter((event): event is StageEnded => event.type === 'stage-ended');
  const executed = stages.filter(({ state }) => state === 'ran' || state === 'failed' || state === 'cancelled');
  return {
    ...ended,
    events,
    states: Object.fromEntries(stages.map(({ stage, state }) => [stage, state])),
    ended: Object.fromEntries(stages.map((event) => [event.stage, event])),
    executed: executed.map(({ stage }) => stage),
    notices: events.flatMap((event) => (event.type === 'notice' ? [event.message] : [])),
  };
};

/** Fingerprint of each stage of a run. */
export const fingerprints = ({ ended }: Run): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(ended).map(([stage, { fingerprint }]) => [stage, fingerprint]));

/** The record that a run left. */
export const recordOf = (project: TestProject, { events }: Run): RunRecord => {
  const started = events.find((event) => event.type === 'run-started')!;
  return recordOfRun(project, started.run);
};

export const recordOfRun = (project: TestProject, name: string): RunRecord =>
  JSON.parse(project.read(`artifacts/.store/records-v1/runs/${name}.json`)) as RunRecord;

/** The record of the stage run that a run's stage refers to. */
export const stageRunOf = (project: TestProject, ended: Run, stage: string): StageRunRecord =>
  stageRunOfRun(project, recordOf(project, ended).run, stage);

export const stageRunOfRun = (project: TestProject, name: string, stage: string): StageRunRecord => {
  const { stageRun } = recordOfRun(project, name).stages.find((entry) => entry.stage === stage)!;
  const hex = stageRun!.slice('sha256:'.length);
  return JSON.parse(
    project.read(`artifacts/.store/records-v1/stage-runs/${hex.slice(0, 2)}/${hex.slice(2)}.json`),
  ) as StageRunRecord;
};
