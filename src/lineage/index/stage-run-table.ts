import type { Digest } from '../../fingerprint/canonical.ts';
import {
  createPacker,
  decodeRows,
  digestAt,
  encodeRows,
  type PackedStageRuns,
  type Packer,
  placeOfDigest,
  type Rows,
  rowStarts,
  unpackRow,
} from './packed-stage-runs.ts';
import type { IndexedStageRun } from './rows.ts';
import { linkStageRuns, type StageRunLinks } from './stage-run-links.ts';

/** The stage runs of all runs, with what took from what. Each has a number, which holds while the table is open. */
export interface StageRunTable {
  readonly count: number;
  /** Number of a stage run. */
  find(stageRun: Digest): number | undefined;
  get(number: number): IndexedStageRun;
  /** Whether any run executed a stage of this name. */
  hasStage(pipeline: string, stage: string): boolean;
  /** Stage runs of which it used an out: as the run's record has it, or by digest from another pipeline. */
  above(number: number): readonly number[];
  /** Stage runs that used one of its outs. */
  below(number: number): readonly number[];
}

/** A table that rows can be put into. */
export interface GrowingTable extends StageRunTable {
  /** Puts a row in, in the place of what was known of the same stage run. */
  put(row: IndexedStageRun): void;
  /** What is to be written. */
  packed(): PackedStageRuns;
}

export const openStageRunTable = (packed: PackedStageRuns): GrowingTable => {
  let rows: Rows = decodeRows(packed);
  const starts = rowStarts(rows);
  let links: StageRunLinks | undefined;
  let growing: Growing | undefined;
  const settled = () => {
    growing?.packer.settle();
    return packed;
  };
  const search = finder(packed, { rows, starts });
  const linked = () => {
    links ??= linkStageRuns({ packed: settled(), rows, starts });
    return links;
  };
  const grow = () => {
    growing ??= growingOf(packed, { rows, starts });
    rows = growing.rows;
    return growing;
  };
  return {
    get count() {
      return starts.length;
    },
    find: (stageRun) => (growing ? growing.numbers.get(stageRun) : search(stageRun)),
    get: (number) => unpackRow(settled(), rows, starts[number]!),
    hasStage: (pipeline, stage) => packed.places.some((place) => place[0] === pipeline && place[1] === stage),
    above: (number) => linked().above(number),
    below: (number) => linked().below(number),
    put: (row) => {
      links = undefined;
      putRow(grow(), starts, row);
    },
    packed: () => Object.assign(settled(), { rows: encodeRows(rows) }),
  };
};

interface Opened {
  readonly rows: Rows;
  readonly starts: readonly number[];
}

/** Looks for the first few digests in the text of all; a table of them is made for those who look for many. */
const finder = (packed: PackedStageRuns, { rows, starts }: Opened): ((stageRun: Digest) => number | undefined) => {
  let asked = 0;
  let numbers: ReadonlyMap<Digest, number> | undefined;
  return (stageRun) => {
    asked += 1;
    if (asked > fewSearches) {
      numbers ??= numbersOf(packed, { rows, starts });
      return numbers.get(stageRun);
    }
    const place = placeOfDigest(packed, stageRun);
    const found = place < 0 ? -1 : starts.findIndex((at) => rows[at] === place);
    return found < 0 ? undefined : found;
  };
};

const fewSearches = 8;

const numbersOf = (packed: PackedStageRuns, { rows, starts }: Opened): Map<Digest, number> =>
  new Map(starts.map((at, number) => [digestAt(packed, rows[at]!), number]));

/** What a table needs to grow. */
interface Growing {
  readonly rows: number[];
  readonly packer: Packer;
  readonly numbers: Map<Digest, number>;
}

const growingOf = (packed: PackedStageRuns, { rows, starts }: Opened): Growing => ({
  rows: Array.from(rows),
  packer: createPacker(packed),
  numbers: numbersOf(packed, { rows, starts }),
});

const putRow = ({ rows, packer, numbers }: Growing, starts: number[], row: IndexedStageRun): void => {
  const packedRow = packer.pack(row);
  const before = numbers.get(row.stageRun);
  if (before === undefined) {
    numbers.set(row.stageRun, starts.length);
    starts.push(rows.length);
    rows.push(...packedRow);
  } else for (const [i, number] of packedRow.entries()) rows[starts[before]! + i] = number;
};
