import { digestCount, inputLength, outLength, type PackedStageRuns, rowAt } from './packed-stage-runs.ts';

/** Which rows took from which, by the numbers of the rows. */
export interface StageRunLinks {
  above(number: number): readonly number[];
  below(number: number): readonly number[];
}

export interface OpenedRows {
  readonly packed: PackedStageRuns;
  readonly rows: Int32Array;
  /** Where each row begins. */
  readonly starts: readonly number[];
}

/** When a run took place, in ms since 1970; undefined where it has no record. */
export type Times = (run: string) => { readonly began: number; readonly ended: number } | undefined;

/**
 * An input of a stage of the same pipeline came from the stage run that the run's record names. An out of another
 * pipeline, or of an accepted run, is known by its digest alone: it came from each stage run of that stage that made an
 * out of this digest, but for those of runs that began when the run of the reader was over.
 */
export const linkStageRuns = (opened: OpenedRows, times: Times): StageRunLinks => {
  const { packed, rows, starts } = opened;
  const numberOf = new Int32Array(digestCount(packed)).fill(-1);
  for (let number = 0; number < starts.length; number++) numberOf[rows[starts[number]!]!] = number;
  let makers: Makers | undefined;
  const isOfOther = packed.inputs.map(([, , from]) => otherOut(from) !== undefined);
  const collect = (number: number, found: number[]): number[] => {
    const { inputs, outs } = rowAt(rows, starts[number]!);
    for (let i = inputs; i < outs; i += inputLength) {
      const upstream = rows[i + 2]!;
      if (upstream >= 0) addOnce(found, numberOf[upstream]!);
      else if (isOfOther[rows[i]!]) {
        makers ??= makersOf(opened, latecomers(opened, times));
        for (const maker of makers(rows[i]!, rows[i + 1]!, number)) addOnce(found, maker);
      }
    }
    return found;
  };
  let below: StageRunLinks['below'] | undefined;
  return {
    above: (number) => collect(number, []),
    below: (number) => {
      below ??= turnRound(collect, starts.length);
      return below(number);
    },
  };
};

const addOnce = (found: number[], maker: number): void => {
  if (maker >= 0 && !found.includes(maker)) found.push(maker);
};

/** `models: train.model` of that, and of `accepted models: train.model`; undefined where an input is no such out. */
export const otherOut = (from: string): string | undefined => /^(?:accepted )?([a-z][a-z0-9_-]*: .*)$/s.exec(from)?.[1];

/**
 * Whether a stage run can be no maker of what another one read: its run began after that of the other had ended. Where the
 * second in which a run began, which its name tells, is an earlier one, nothing else is asked.
 */
const latecomers = ({ packed, rows, starts }: OpenedRows, times: Times) => {
  // A row's second number.
  const runOf = (number: number): string => packed.runs[rows[starts[number]! + 1]!]!;
  return (maker: number, reader: number): boolean => {
    const [makers, readers] = [runOf(maker), runOf(reader)];
    if (secondOf(makers) < secondOf(readers)) return false;
    const [made, read] = [times(makers), times(readers)];
    return made !== undefined && read !== undefined && made.began > read.ended;
  };
};

/** As 2026-11-26T13-07-40. */
const secondOf = (run: string): string => run.slice(0, 19);

type Makers = (slot: number, digest: number, reader: number) => readonly number[];

interface Maker {
  readonly number: number;
  readonly out: string;
}

/**
 * Finds the rows that made what an input of another pipeline refers to, by its slot and its digest. Where none goes by
 * that name, its stage was restored from what another pipeline's had made: those with an out of the same name and bytes.
 */
const makersOf = (opened: OpenedRows, isTooLate: ReturnType<typeof latecomers>): Makers => {
  const { packed, rows, starts } = opened;
  const known = new Map<number, Maker[]>();
  eachOther(opened, (digest) => known.set(digest, []));
  const nameOf = namesOfOuts(packed);
  for (let number = 0; number < starts.length; number++) {
    const row = rowAt(rows, starts[number]!);
    for (let i = row.outs; i < row.end; i += outLength)
      known.get(rows[i + 1]!)?.push({ number, out: nameOf(rows[row.place]!, rows[i]!) });
  }
  const nameIn = packed.inputs.map(([, , from]) => otherOut(from));
  const chosen = (digest: number, reader: number, isIt: (out: string) => boolean): number[] => {
    const found: number[] = [];
    for (const { number, out } of known.get(digest)!)
      if (isIt(out) && number !== reader && !isTooLate(number, reader)) found.push(number);
    return found;
  };
  return (slot, digest, reader) => {
    const name = nameIn[slot]!;
    const named = chosen(digest, reader, (out) => out === name);
    return named.length > 0 ? named : chosen(digest, reader, (out) => lastWord(out) === lastWord(name));
  };
};

const lastWord = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** Sees the digest of each input that is an out of another pipeline. */
const eachOther = ({ packed, rows, starts }: OpenedRows, see: (digest: number) => void): void => {
  const isOfOther = packed.inputs.map(([, , from]) => otherOut(from) !== undefined);
  for (const start of starts) {
    const { inputs, outs } = rowAt(rows, start);
    for (let i = inputs; i < outs; i += inputLength) if (isOfOther[rows[i]!]) see(rows[i + 1]!);
  }
};

/** What other pipelines call the out of a place; each pair of the two is put together once. */
const namesOfOuts = ({ places, outs }: PackedStageRuns) => {
  const names = new Map<number, string>();
  return (place: number, out: number): string => {
    const key = place * outs.length + out;
    const name = names.get(key) ?? `${places[place]![0]}: ${places[place]![1]}.${outs[out]![0]}`;
    names.set(key, name);
    return name;
  };
};

/** For each row those above which it stands: counted, then filled in, in one array for all. */
const turnRound = (
  collect: (number: number, found: number[]) => readonly number[],
  count: number,
): StageRunLinks['below'] => {
  const above: number[] = [];
  const [upper, lower]: [number[], number[]] = [[], []];
  for (let number = 0; number < count; number++) {
    above.length = 0;
    for (const each of collect(number, above)) {
      upper.push(each);
      lower.push(number);
    }
  }
  const ends = new Int32Array(count + 1);
  for (let edge = 0; edge < upper.length; edge++) ends[upper[edge]! + 1]! += 1;
  for (let number = 0; number < count; number++) ends[number + 1]! += ends[number]!;
  const next = ends.slice();
  const others = new Int32Array(upper.length);
  for (let edge = 0; edge < upper.length; edge++) {
    const number = upper[edge]!;
    others[next[number]!] = lower[edge]!;
    next[number]! += 1;
  }
  return (number) => {
    const found: number[] = [];
    for (let edge = ends[number]!; edge < ends[number + 1]!; edge++) found.push(others[edge]!);
    return found;
  };
};
