import type { Digest } from '../fingerprint/canonical.ts';
import type { StageRunRecord } from '../types/generated/stage-run.ts';
import type { IndexedOut, IndexedStageRun } from './index/rows.ts';
import type { StageRunTable } from './index/stage-run-table.ts';
import type { Target } from './target/target.ts';
import { trace } from './trace.ts';

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
  readonly directions: readonly ('up' | 'down')[];
  /** How many stage runs, and how many models, are shown on each side. */
  readonly limits: { readonly stageRuns: number; readonly models: number };
}

export const reportTrace = (target: Target, options: ReportOptions): TraceReport => {
  const { table, directions, limits, readStageRun } = options;
  const found = trace(table, target);
  const upwards = (number: number): TracedStageRun => {
    const row = table.get(number);
    const record = readStageRun(row.stageRun);
    return { ...row, next: table.above(number), ...(record && { record }) };
  };
  const downwards = (number: number) => ({ ...table.get(number), next: table.below(number) });
  const side = (
    roots: readonly number[],
    all: readonly number[],
    look: (number: number) => TracedStageRun,
  ): TraceSide => ({
    roots,
    shown: new Map(all.slice(0, limits.stageRuns).map((number) => [number, look(number)])),
    count: all.length,
  });
  return {
    target,
    ...(directions.includes('up') && { up: side(target.madeBy, found.up, upwards) }),
    ...(directions.includes('down') && {
      down: {
        ...side(newestFirst(target.usedBy), newestFirst(found.down), downwards),
        made: madeIn(found.down, { table, models: limits.models }),
      },
    }),
  };
};

/** Of thousands that used a file, people want to see the newest. */
const newestFirst = (numbers: readonly number[]): readonly number[] => [...numbers].sort((a, b) => b - a);

const madeIn = (
  numbers: readonly number[],
  { table, models: most }: { table: StageRunTable; models: number },
): Made => {
  const digests = new Map<string, Set<Digest>>();
  const models = new Map<Digest, MadeModel>();
  const runs = new Set<string>();
  for (const number of newestFirst(numbers)) {
    const { outs, run, pipeline, stage } = table.get(number);
    runs.add(run);
    for (const out of outs) {
      if (!digests.has(out.type)) digests.set(out.type, new Set());
      digests.get(out.type)!.add(out.digest);
      if (out.type === 'model' && models.size < most) models.set(out.digest, { ...out, pipeline, stage, run });
    }
  }
  const counts = [...digests].map(([type, set]): [string, number] => [type, set.size]);
  return { counts: new Map(counts.sort(modelsFirst)), models: [...models.values()], runs: runs.size };
};

const modelsFirst = ([a, countA]: [string, number], [b, countB]: [string, number]): number =>
  Number(b === 'model') - Number(a === 'model') || countB - countA;
