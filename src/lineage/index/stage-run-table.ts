import type { Digest } from '../../fingerprint/canonical.ts';
import {
  createPacker,
  digestCount,
  inputLength,
  outLength,
  type PackedStageRuns,
  type Packer,
  placeOfDigest,
  placesOfDigests,
  rowAt,
  rowStarts,
  unpackRow,
} from './packed-stage-runs.ts';
import type { IndexedStageRun } from './rows.ts';
import { linkStageRuns, type StageRunLinks, type Times } from './stage-run-links.ts';

/** The stage runs of all runs, with what took from what. Each has a number, which holds while the table is open. */
export interface StageRunTable extends StageRunLinks {
  readonly count: number;
  readonly contents: number;
  /** Number of a stage run. */
  find(stageRun: Digest): number | undefined;
  get(number: number): IndexedStageRun;
  /** A number that stands for the run: of many stage runs only what is counted is asked for, cheaper than by `get`. */
  runOf(number: number): number;
  /** The outs by type, each with a number below `contents` that stands for its content. */
  eachOut(number: number, see: (type: string, content: number) => void): void;
  /** Stage runs that made one of some artifacts, by their digests. */
  makersOf(digests: readonly Digest[]): readonly number[];
  /** Stage runs that used one of some artifacts, by their digests. */
  usersOf(digests: readonly Digest[]): readonly number[];
}

export const openStageRunTable = (packed: PackedStageRuns, times: Times): StageRunTable => {
  const { rows } = packed;
  const starts = rowStarts(rows);
  let links: StageRunLinks | undefined;
  const linked = () => {
    links ??= linkStageRuns({ packed, rows, starts }, times);
    return links;
  };
  return {
    count: starts.length,
    contents: digestCount(packed),
    find: (stageRun) => {
      const place = placeOfDigest(packed, stageRun);
      const found = place < 0 ? -1 : starts.findIndex((at) => rows[at] === place);
      return found < 0 ? undefined : found;
    },
    get: (number) => unpackRow(packed, rows, starts[number]!),
    runOf: (number) => rows[rowAt(rows, starts[number]!).run]!,
    eachOut: (number, see) => {
      const { outs, end } = rowAt(rows, starts[number]!);
      for (let i = outs; i < end; i += outLength) see(packed.outs[rows[i]!]![2], rows[i + 1]!);
    },
    makersOf: (digests) => rowsWith(packed, { starts, digests, as: 'out' }),
    usersOf: (digests) => rowsWith(packed, { starts, digests, as: 'input' }),
    above: (number) => linked().above(number),
    below: (number) => linked().below(number),
  };
};

interface Wanted {
  readonly starts: readonly number[];
  readonly digests: readonly Digest[];
  readonly as: 'input' | 'out';
}

const rowsWith = (packed: PackedStageRuns, { starts, digests, as }: Wanted): number[] => {
  const { rows } = packed;
  const places = placesOfDigests(packed, digests);
  const found: number[] = [];
  for (let number = 0; number < starts.length; number++) {
    const { inputs, outs, end } = rowAt(rows, starts[number]!);
    const isIn =
      as === 'input'
        ? hasOne(rows, places, { from: inputs, to: outs, step: inputLength })
        : hasOne(rows, places, { from: outs, to: end, step: outLength });
    if (isIn) found.push(number);
  }
  return found;
};

const hasOne = (
  rows: Int32Array,
  places: ReadonlySet<number>,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
): boolean => {
  for (let i = from; i < to; i += step) if (places.has(rows[i + 1]!)) return true;
  return false;
};

/** A table that rows can be put into, to be written. */
export interface GrowingTable {
  find(stageRun: Digest): number | undefined;
  get(number: number): IndexedStageRun;
  /** The pipeline that executed a stage run. */
  pipelineOf(stageRun: Digest): string | undefined;
  /** Puts a row in, in the place of what was known of the same stage run. */
  put(row: IndexedStageRun): void;
  packed(): PackedStageRuns;
}

export const growStageRunTable = (before: PackedStageRuns): GrowingTable => {
  const packer: Packer = createPacker(before);
  const starts = rowStarts(before.rows);
  let rows = before.rows;
  let length = rows.length;
  /** Number of the row of a stage run, by the place of its digest. */
  const numbers = new Map(starts.map((at, number) => [before.rows[at]!, number]));
  const find = (stageRun: Digest) => numbers.get(packer.find(stageRun) ?? -1);
  return {
    find,
    get: (number) => unpackRow({ ...before, digests: packer.digests() }, rows, starts[number]!),
    pipelineOf: (stageRun) => {
      const number = find(stageRun);
      return number === undefined ? undefined : before.places[rows[rowAt(rows, starts[number]!).place]!]![0];
    },
    put: (row) => {
      const packed = packer.pack(row);
      const number = numbers.get(packed[0]!);
      if (number === undefined) {
        numbers.set(packed[0]!, starts.length);
        starts.push(length);
        rows = withRoom(rows, length + packed.length);
        rows.set(packed, length);
        length += packed.length;
      } else rows.set(packed, starts[number]!);
    },
    packed: () => ({ ...before, rows: rows.slice(0, length), digests: packer.digests() }),
  };
};

/** Numbers with room for so many: twice as much as before, so that they are seldom moved. */
const withRoom = (rows: Int32Array, length: number): Int32Array => {
  if (rows.length >= length) return rows;
  const larger = new Int32Array(Math.max(length, rows.length * 2));
  larger.set(rows);
  return larger;
};
