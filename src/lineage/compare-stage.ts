import { type Difference, differences } from '../fingerprint/differences.ts';
import type { ArtifactRecord, StageRunRecord } from '../types/generated/stage-run.ts';
import type { Json, JsonObject } from '../types/json.ts';
import type { StageAccount } from './run-account.ts';

/** A change at the root, in one stage. */
export interface Finding {
  readonly kind:
    | 'params'
    /** Files from outside: of the project, a package, or another pipeline. */
    | 'data'
    | 'code'
    /** What the pipeline says of the stage besides its params: command, outs, which deps it has. */
    | 'definition'
    | 'environment'
    | 'seed'
    | 'backend'
    | 'version'
    /** Other outs from the same fingerprint. */
    | 'chance';
  readonly stage: string;
  /** As `params.rate`, `data/raw.csv`, `stage type train`, `TZ`. */
  readonly what: string;
  /** Undefined: it was not there, or is no more. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** Of data: what the records say of it. */
  readonly artifacts?: { readonly before: ArtifactRecord; readonly after: ArtifactRecord };
}

/** What changed in a stage that both runs have. */
export interface StageChange {
  readonly stage: string;
  readonly fingerprint: 'same' | 'changed';
  /** `none`: one of the two made no outs. */
  readonly outs: 'same' | 'changed' | 'none';
  readonly roots: readonly Finding[];
  /** Inputs that other stages handed on, and that are not what they were: as `augment.train`. */
  readonly handedOn: readonly string[];
}

/** Holds two stage runs of one stage against each other; undefined where one of them has no record. */
export const compareStage = (before: StageAccount, after: StageAccount): StageChange | undefined => {
  if (before.stageRun === undefined || after.stageRun === undefined) return undefined;
  const pair = { stage: after.entry.stage, before: before.stageRun, after: after.stageRun };
  const found = differences(pair.before.fields as JsonObject, pair.after.fields as JsonObject);
  const told = found.map((difference) => explain(difference, pair));
  const outs = compareOuts(pair);
  return {
    stage: pair.stage,
    fingerprint: found.length === 0 ? 'same' : 'changed',
    outs,
    roots: [
      ...told.flatMap(({ root }) => root ?? []),
      ...(found.length === 0 && outs === 'changed' ? chance(pair) : []),
    ],
    handedOn: told.flatMap(({ handedOn }) => handedOn ?? []),
  };
};

interface Pair {
  readonly stage: string;
  readonly before: StageRunRecord;
  readonly after: StageRunRecord;
}

const compareOuts = ({ before, after }: Pair): StageChange['outs'] => {
  if (before.state !== 'ran' || after.state !== 'ran') return 'none';
  return differentOuts(before, after).length === 0 && before.outs.length === after.outs.length ? 'same' : 'changed';
};

const differentOuts = (before: StageRunRecord, after: StageRunRecord): ArtifactRecord[] =>
  after.outs.filter(({ name, digest }) => artifactOf(before.outs, name)?.digest !== digest);

/** The stage has done something that its fingerprint does not hold: every out that it shows in. */
const chance = ({ stage, before, after }: Pair): Finding[] =>
  differentOuts(before, after).map(({ name, digest }) => ({
    kind: 'chance',
    stage,
    what: `${stage}.${name}`,
    before: artifactOf(before.outs, name)?.digest,
    after: digest,
  }));

type Explained = { readonly root?: Finding; readonly handedOn?: string };

/** Whether a field is a root, and of which kind. */
const explain = (difference: Difference, pair: Pair): Explained => {
  const { field, before, after } = difference;
  const [group = '', ...rest] = field.split('.');
  const name = rest.join('.');
  const root = (kind: Finding['kind'], what: string): Explained => ({
    root: { kind, stage: pair.stage, what, before, after },
  });
  switch (group) {
    case 'deps':
      return explainDep(name, difference, pair);
    case 'params':
      return root('params', field);
    case 'programs':
      return root('code', name);
    case 'code':
      return root('code', `stage type ${String(pair.after.fields['type'])}`);
    case 'env':
      return root('environment', name);
    case 'seed':
      return root('seed', field === 'seed.seed' ? 'seed' : field);
    case 'backend':
      return root('backend', 'backend');
    case 'node':
      return root('version', 'Node');
    case 'version':
      return root('version', `stage type ${String(pair.after.fields['type'])}`);
    default:
      return root('definition', field);
  }
};

const explainDep = (name: string, difference: Difference, { stage, ...pair }: Pair): Explained => {
  const before = artifactOf(pair.before.inputs, name);
  const after = artifactOf(pair.after.inputs, name);
  const define = (was: Json | undefined, is: Json | undefined): Explained => ({
    root: { kind: 'definition', stage, what: `dep ${name}`, before: was, after: is },
  });
  if (before === undefined || after === undefined) return define(before?.from, after?.from);
  if (isHandedOn(before) !== isHandedOn(after)) return define(before.from, after.from);
  // Same bytes from another place: a command sees where they lie.
  if (before.digest === after.digest) return define(difference.before, difference.after);
  if (isHandedOn(after)) return before.from === after.from ? { handedOn: after.from } : define(before.from, after.from);
  const what = before.from === after.from ? originOf(after) : `${originOf(before)} → ${originOf(after)}`;
  return {
    root: { kind: 'data', stage, what, before: before.digest, after: after.digest, artifacts: { before, after } },
  };
};

/** Deps come before program files, which may have a dep's name. */
const artifactOf = (list: readonly ArtifactRecord[], name: string): ArtifactRecord | undefined =>
  list.find((artifact) => artifact.name === name);

/** From another stage of the same pipeline; what is from elsewhere has a space in it, as `path data/x` and `p: a.b`. */
const isHandedOn = (artifact: ArtifactRecord): artifact is ArtifactRecord & { readonly from: string } =>
  artifact.from !== undefined && !artifact.from.includes(' ');

const originOf = ({ from = '' }: ArtifactRecord): string => from.replace(/^path /, '');
