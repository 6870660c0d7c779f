import { fingerprintStage } from '../plan/fields.ts';
import { type Input, resolveInputs } from '../plan/inputs.ts';
import type { Workspace } from '../plan/workspace.ts';
import { expectedProblem } from '../run/expected-problem.ts';
import type { MadeFrom } from '../run/steering.ts';
import type { StoredTree } from '../store/tree.ts';
import type { Pipeline, Stage } from '../types/pipeline.ts';
import type { Change } from './changes.ts';
import type { Interest } from './interests.ts';

/** A run under way, as far as it has come. */
export interface RunUnderWay {
  readonly pipeline: Pipeline;
  /** Its stages, in topological order. */
  readonly stages: readonly Stage[];
  readonly reached: ReadonlyMap<string, MadeFrom>;
  readonly executing: ReadonlySet<string>;
  readonly ended: ReadonlySet<string>;
}

export interface Judgement {
  /** Stages whose work is no longer wanted, though it has begun, or would begin with what is old. */
  readonly pointless: readonly string[];
  /** Paths whose change makes no difference: the run has used, or will use, what is there now. */
  readonly irrelevant: readonly string[];
}

export interface JudgeRequest {
  readonly run: RunUnderWay;
  readonly changes: readonly Change[];
  /** As it is now; undefined where its file is broken, which makes no stage pointless. */
  readonly pipeline: Pipeline | undefined;
  readonly touched: (path: string) => readonly Interest[];
  /** Opened anew: one that remembers nothing of the run. */
  readonly workspace: Workspace;
}

/**
 * What changes during a run mean for it. A stage that is made from something else than what there is now makes itself
 * and all below it pointless; one that has not been reached will read what there is then, unless it was told by a
 * pipeline or a code that has changed.
 */
export const judge = async (request: JudgeRequest): Promise<Judgement> => {
  const { run, changes } = request;
  const doomed = new Set<string>();
  const differs = new Map<string, boolean>();
  for (const stage of run.stages) {
    const touching = changes.filter((change) => concerns(stage, request.touched(change.path)));
    const verdict = await verdictOn(stage, { ...request, touching });
    differs.set(stage.name, verdict !== 'same');
    if (verdict === 'stale' || stage.upstream.some((name) => doomed.has(name))) doomed.add(stage.name);
  }
  return {
    pointless: [...doomed].filter((name) => !run.ended.has(name)),
    irrelevant: changes.filter(({ path }) => isIrrelevant(path, request, differs)).map(({ path }) => path),
  };
};

type Verdict = 'same' | 'stale' | 'not reached';

interface Case extends JudgeRequest {
  /** Changes that concern the stage. */
  readonly touching: readonly Change[];
}

const verdictOn = async (stage: Stage, about: Case): Promise<Verdict> => {
  const { run, pipeline = run.pipeline, touching } = about;
  const now = pipeline.stages.get(stage.name);
  if (now === undefined) return 'stale';
  const isDefined = definition(now, pipeline) === definition(stage, run.pipeline);
  const from = run.reached.get(stage.name);
  if (from === undefined) {
    const byCode = touching.some(({ path }) => about.touched(path).some(({ kind }) => kind === 'definition'));
    return !isDefined || (byCode && stage.kind === 'uses') ? 'stale' : touching.length > 0 ? 'not reached' : 'same';
  }
  if (isDefined && touching.length === 0) return 'same';
  return (await isMadeFrom(now, from, about)) ? 'same' : 'stale';
};

const concerns = ({ name }: Stage, touched: readonly Interest[]): boolean =>
  touched.length === 0 || touched.some(({ stages }) => stages !== 'all' && stages.includes(name));

/** All that a pipeline says of a stage. */
const definition = (stage: Stage, { seed, backend, determinism, objective }: Pipeline): string =>
  JSON.stringify([stage, seed, backend, determinism, objective]);

/** Whether what a stage was made from is what it would be made from now, its upstream left as it is. */
const isMadeFrom = async (stage: Stage, from: MadeFrom, about: Case): Promise<boolean> => {
  const { run, pipeline = run.pipeline, workspace } = about;
  try {
    const inputs = await resolveInputs(stage, pipeline, { known: outsOf(stage, from.inputs), workspace });
    const { digest } = await fingerprintStage(stage, inputs, { pipeline, workspace });
    if (digest !== from.fingerprint.digest) return false;
    // Written and again what it was: the runner does not keep what comes of that.
    return !run.executing.has(stage.name) || inputs.every((input) => input.written === writtenBefore(input, from));
  } catch (error) {
    // It is missing, does not compile, or goes away while it is read.
    if (expectedProblem(error) !== undefined) return false;
    throw error;
  }
};

const writtenBefore = ({ role, name }: Input, { inputs }: MadeFrom): number | undefined =>
  inputs.find((input) => input.role === role && input.name === name)?.written;

/** The outs above a stage as it found them. A dep that it did not have then is like none that it had. */
const outsOf = (stage: Stage, inputs: readonly Input[]): Map<string, Record<string, StoredTree>> => {
  const outs = new Map<string, Record<string, StoredTree>>();
  for (const [name, dep] of Object.entries(stage.deps)) {
    if (dep.kind !== 'stage') continue;
    const input = inputs.find((each) => each.role === 'dep' && each.name === name);
    const { digest, kind, bytes } = input ?? ({ digest: `sha256:${'0'.repeat(64)}`, kind: 'file', bytes: 0 } as const);
    outs.set(dep.stage, { ...outs.get(dep.stage), [dep.out]: { digest, kind, bytes } });
  }
  return outs;
};

/** Where a pipeline itself has changed, stages may be new: that is for the next check to say. */
const isIrrelevant = (path: string, about: JudgeRequest, differs: ReadonlyMap<string, boolean>): boolean => {
  const { run, pipeline } = about;
  const touched = about.touched(path);
  if (touched.length === 0 || pipeline === undefined) return false;
  if (touched.some(({ stages }) => stages === 'all')) return sameStages(pipeline, run) && !anyOf(run.stages, differs);
  return !run.stages.some((stage) => concerns(stage, touched) && differs.get(stage.name));
};

const anyOf = (stages: readonly Stage[], differs: ReadonlyMap<string, boolean>): boolean =>
  stages.some(({ name }) => differs.get(name));

const sameStages = ({ stages }: Pipeline, run: RunUnderWay): boolean =>
  stages.size === run.pipeline.stages.size && [...stages.keys()].every((name) => run.pipeline.stages.has(name));
