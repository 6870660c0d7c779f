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

/**
 * An input of a stage of the same pipeline came from the stage run that the run's record names. One of another pipeline
 * is known by its digest alone: from each stage run of that stage that made an out of this digest.
 */
export const linkStageRuns = (opened: OpenedRows): StageRunLinks => {
  const { packed, rows, starts } = opened;
  const numberOf = new Int32Array(digestCount(packed)).fill(-1);
  for (let number = 0; number < starts.length; number++) numberOf[rows[starts[number]!]!] = number;
  let makers: Makers | undefined;
  const isOfOther = packed.inputs.map(([, , from]) => isOther(from));
  const collect = (number: number, found: number[]): number[] => {
    const { inputs, outs } = rowAt(rows, starts[number]!);
    for (let i = inputs; i < outs; i += inputLength) {
      const upstream = rows[i + 2]!;
      if (upstream >= 0) addOnce(found, numberOf[upstream]!);
      else if (isOfOther[rows[i]!]) {
        makers ??= makersOf(opened);
        for (const maker of makers(rows[i]!, rows[i + 1]!)) addOnce(found, maker);
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

const isOther = (from: string): boolean => /^[a-z][a-z0-9_-]*: /.test(from);

type Makers = (slot: number, digest: number) => readonly number[];

/** Finds the rows that made what an input of another pipeline refers to, by its slot and its digest. */
const makersOf = ({ packed, rows, starts }: OpenedRows): Makers => {
  const asked = new Map(
    packed.inputs.flatMap(([, , from]) => (isOther(from) ? [[from, new Map<number, number[]>()]] : [])),
  );
  const nameOf = namesOfOuts(packed);
  for (let number = 0; number < starts.length; number++) {
    const row = rowAt(rows, starts[number]!);
    for (let i = row.outs; i < row.end; i += outLength) {
      const byDigest = asked.get(nameOf(rows[row.place]!, rows[i]!));
      const known = byDigest?.get(rows[i + 1]!);
      if (known === undefined) byDigest?.set(rows[i + 1]!, [number]);
      else known.push(number);
    }
  }
  return (slot, digest) => asked.get(packed.inputs[slot]![2])?.get(digest) ?? [];
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
