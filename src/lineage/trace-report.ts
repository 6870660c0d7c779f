import type { Digest } from '../fingerprint/canonical.ts';
import type { ManifestEntry } from '../fingerprint/manifest.ts';
import type { StageRunRecord } from '../types/generated/stage-run.ts';
import { isRaw } from './index/add-stage-run.ts';
import type { IndexedOut, IndexedStageRun } from './index/rows.ts';
import type { StageRunTable } from './index/stage-run-table.ts';
import type { Target } from './target/target.ts';
import { traceDown, traceUp } from './trace.ts';

/** What a trace found, ready to be shown. */
export interface TraceReport {
  readonly target: Target;
  readonly up?: TraceSide;
  readonly down?: TraceSide & { readonly made: Made };
}

export interface TraceSide {
  /** Stage runs next to the target. */
  readonly roots: readonly number[];
  /** Those that are shown, the nearest first, by number. */
  readonly shown: ReadonlyMap<number, TracedStageRun>;
  /** How many there are in all, shown or not. */
  readonly count: number;
}

export interface TracedStageRun extends IndexedStageRun {
  /** Upwards: what it took from. Downwards: what took from it. */
  readonly next: readonly number[];
  /** The whole record; upwards alone, and where it can be read. */
  readonly record?: StageRunRecord;
  /** The files of each folder that it read and that no stage made, by the input's name; upwards alone. */
  readonly rawFiles?: ReadonlyMap<string, RawFiles>;
}

export interface RawFiles {
  /** In the order of their paths. */
  readonly shown: readonly ManifestEntry[];
  /** How many there are in all. */
  readonly count: number;
}

/** What was made from a target. */
export interface Made {
  /** Artifacts by type, each content once. */
  readonly counts: ReadonlyMap<string, number>;
  /** The newest models: the first thing to know of a file that was bad. */
  readonly models: readonly MadeModel[];
  /** How many runs have to do with it. */
  readonly runs: number;
}

export interface MadeModel extends IndexedOut {
  readonly pipeline: string;
  readonly stage: string;
  readonly run: string;
}

export interface ReportOptions {
  readonly table: StageRunTable;
  readonly readStageRun: (digest: Digest) => StageRunRecord | undefined;
  readonly readManifest: (folder: Digest) => readonly ManifestEntry[] | undefined;
  readonly directions: readonly ('up' | 'down')[];
  /** How many stage runs and models are shown on each side, and how many files of a raw folder. */
  readonly limits: { readonly stageRuns: number; readonly models: number; readonly files: number };
}

export const reportTrace = (target: Target, options: ReportOptions): TraceReport => ({
  target,
  ...(options.directions.includes('up') && { up: upSide(target, options) }),
  ...(options.directions.includes('down') && { down: downSide(target, options) }),
});

const upSide = (target: Target, options: ReportOptions): TraceSide => {
  const { table, readStageRun, limits } = options;
  const all = traceUp(table, target);
  const look = (number: number): TracedStageRun => {
    const row = table.get(number);
    const record = readStageRun(row.stageRun);
    return { ...row, next: table.above(number), ...(record && { record, rawFiles: rawFilesOf(record, options) }) };
  };
  return { roots: target.madeBy, shown: shownOf(all, limits.stageRuns, look), count: all.length };
};

/** Of a folder whose manifest the store has lost, the digest alone is known. */
const rawFilesOf = ({ inputs }: StageRunRecord, { readManifest, limits }: ReportOptions): Map<string, RawFiles> =>
  new Map(
    inputs.flatMap(({ name, kind, digest, from = '' }): [string, RawFiles][] => {
      const files = kind === 'folder' && isRaw(from) ? readManifest(digest as Digest) : undefined;
      return files === undefined ? [] : [[name, { shown: files.slice(0, limits.files), count: files.length }]];
    }),
  );

const downSide = (target: Target, { table, limits }: ReportOptions): NonNullable<TraceReport['down']> => {
  const all = traceDown(table, target);
  const look = (number: number): TracedStageRun => ({ ...table.get(number), next: table.below(number) });
  return {
    roots: newestFirst(target.usedBy),
    shown: shownOf(newestFirst(all), limits.stageRuns, look),
    count: all.length,
    made: madeIn(all, { table, models: limits.models }),
  };
};

const shownOf = (
  numbers: readonly number[],
  most: number,
  look: (number: number) => TracedStageRun,
): ReadonlyMap<number, TracedStageRun> => new Map(numbers.slice(0, most).map((number) => [number, look(number)]));

/** Of thousands that used a file, people want to see the newest. */
const newestFirst = (numbers: readonly number[]): readonly number[] => [...Int32Array.from(numbers).sort().reverse()];

const madeIn = (
  numbers: readonly number[],
  { table, models: most }: { table: StageRunTable; models: number },
): Made => {
  const contents = new Map<string, { readonly seen: Uint8Array; count: number }>();
  const models = new Map<Digest, MadeModel>();
  const runs = new Set<number>();
  for (const number of newestFirst(numbers)) {
    runs.add(table.runOf(number));
    table.eachOut(number, (type, content) => {
      const known = contents.get(type) ?? { seen: new Uint8Array(table.contents), count: 0 };
      if (known.count === 0) contents.set(type, known);
      if (known.seen[content] === 0) known.count += 1;
      known.seen[content] = 1;
      if (type === 'model' && models.size < most)
        for (const model of modelsOf(table.get(number))) models.set(model.digest, model);
    });
  }
  const counts = [...contents].map(([type, { count }]): [string, number] => [type, count]);
  return { counts: new Map(counts.sort(modelsFirst)), models: [...models.values()], runs: runs.size };
};

const modelsOf = ({ outs, pipeline, stage, run }: IndexedStageRun): MadeModel[] =>
  outs.flatMap((out) => (out.type === 'model' ? [{ ...out, pipeline, stage, run }] : []));

const modelsFirst = ([a, countA]: [string, number], [b, countB]: [string, number]): number =>
  Number(b === 'model') - Number(a === 'model') || countB - countA;
