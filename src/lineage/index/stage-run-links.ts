import { inputLength, outLength, type PackedStageRuns, type Rows, rowAt } from './packed-stage-runs.ts';

/** Which rows took from which, by the numbers of the rows. */
export interface StageRunLinks {
  above(row: number): readonly number[];
  below(row: number): readonly number[];
}

export interface OpenedRows {
  readonly packed: PackedStageRuns;
  readonly rows: Rows;
  /** Where each row begins. */
  readonly starts: readonly number[];
}

/**
 * An input of a stage of the same pipeline came from the stage run that the run's record names. One of another pipeline
 * is known by its digest alone: from each stage run of that stage that made an out of this digest.
 */
export const linkStageRuns = (opened: OpenedRows): StageRunLinks => {
  const { upper, lower } = edgesOf(opened);
  const { length } = opened.starts;
  return { above: neighbours(lower, upper, length), below: neighbours(upper, lower, length) };
};

interface Edges {
  readonly upper: number[];
  readonly lower: number[];
}

const edgesOf = (opened: OpenedRows): Edges => {
  const { packed, rows, starts } = opened;
  const [upper, lower]: [number[], number[]] = [[], []];
  const rowOf = new Int32Array(packed.digests.length / 64).fill(-1);
  for (let number = 0; number < starts.length; number++) rowOf[rows[starts[number]!]!] = number;
  const makers = makersOf(opened);
  for (let number = 0; number < starts.length; number++) {
    const first = upper.length;
    const row = rowAt(rows, starts[number]!);
    for (let i = row.inputs; i < row.outs; i += inputLength) {
      const upstream = rows[i + 2]!;
      const found = upstream < 0 ? makers(rows[i]!, rows[i + 1]!) : [rowOf[upstream]!];
      for (const each of found)
        if (each >= 0 && !upper.includes(each, first)) {
          upper.push(each);
          lower.push(number);
        }
    }
  }
  return { upper, lower };
};

/** Finds the rows that made what an input of another pipeline refers to, by its slot and its digest. */
const makersOf = (opened: OpenedRows): ((slot: number, digest: number) => readonly number[]) => {
  const { packed, rows, starts } = opened;
  const asked = packed.inputs.map(([, , from]) => (from.includes(': ') ? from : undefined));
  if (asked.every((from) => from === undefined)) return () => none;
  const isAsked = askedOuts(packed, new Set(asked));
  const makers = new Map<string, number[]>();
  for (let number = 0; number < starts.length; number++) {
    const row = rowAt(rows, starts[number]!);
    for (let i = row.outs; i < row.end; i += outLength) {
      const from = isAsked(rows[row.place]!, rows[i]!);
      if (from === undefined) continue;
      const key = `${rows[i + 1]} ${from}`;
      const known = makers.get(key);
      if (known === undefined) makers.set(key, [number]);
      else known.push(number);
    }
  }
  return (slot, digest) => (asked[slot] === undefined ? none : (makers.get(`${digest} ${asked[slot]}`) ?? none));
};

const none: readonly number[] = [];

/** What other pipelines call the out of a place, if any asks for it: looked up once for each pair of the two. */
const askedOuts = (packed: PackedStageRuns, asked: ReadonlySet<string | undefined>) => {
  const names = new Map<number, string | undefined>();
  return (place: number, out: number): string | undefined => {
    const key = place * packed.outs.length + out;
    if (!names.has(key)) {
      const [pipeline, stage] = packed.places[place]!;
      const from = `${pipeline}: ${stage}.${packed.outs[out]![0]}`;
      names.set(key, asked.has(from) ? from : undefined);
    }
    return names.get(key);
  };
};

/** For each row the rows at the other ends of its edges: counted, then filled in, in two arrays for all. */
const neighbours = (from: readonly number[], to: readonly number[], count: number) => {
  const ends = new Int32Array(count + 1);
  for (let edge = 0; edge < from.length; edge++) ends[from[edge]! + 1]! += 1;
  for (let row = 0; row < count; row++) ends[row + 1]! += ends[row]!;
  const next = ends.slice();
  const others = new Int32Array(from.length);
  for (let edge = 0; edge < from.length; edge++) {
    const row = from[edge]!;
    others[next[row]!] = to[edge]!;
    next[row]! += 1;
  }
  return (row: number): number[] => [...others.subarray(ends[row], ends[row + 1])];
};
