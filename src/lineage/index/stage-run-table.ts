import { type Digest, hexOf } from '../../fingerprint/canonical.ts';
import { digestAt, type PackedStageRuns, packingOf, packRow, unpackRow } from './packed-stage-runs.ts';
import type { IndexedStageRun } from './rows.ts';
import { linkStageRuns, type StageRunLinks } from './stage-run-links.ts';

/** The stage runs of all runs, with what took from what. */
export interface StageRunTable {
  has(stageRun: Digest): boolean;
  get(stageRun: Digest): IndexedStageRun | undefined;
  /** In the order in which they were recorded. */
  all(): Iterable<IndexedStageRun>;
  /** Stage runs of which it used an out: as the run's record has it, or by digest from another pipeline. */
  above(stageRun: Digest): readonly Digest[];
  /** Stage runs that used one of its outs. */
  below(stageRun: Digest): readonly Digest[];
  /** Puts a row in, in the place of what was known of the same stage run. */
  put(row: IndexedStageRun): void;
  pack(): PackedStageRuns;
}

export const openStageRunTable = (packed: PackedStageRuns): StageRunTable => {
  const packing = packingOf(packed);
  const { rows } = packed;
  const rowOf = new Map(rows.map(([stageRun], row) => [stageRun, row]));
  const find = (stageRun: Digest): number => rowOf.get(packing.digests.find(hexOf(stageRun)) ?? -1) ?? -1;
  let links: StageRunLinks | undefined;
  const linked = (way: keyof StageRunLinks, stageRun: Digest): Digest[] => {
    links ??= linkStageRuns(packed);
    return (links[way][find(stageRun)] ?? []).map((row) => digestAt(packing, rows[row]![0]));
  };
  return {
    has: (stageRun) => find(stageRun) >= 0,
    get: (stageRun) => {
      const row = rows[find(stageRun)];
      return row === undefined ? undefined : unpackRow(packing, row);
    },
    all: function* () {
      for (const row of rows) yield unpackRow(packing, row);
    },
    above: (stageRun) => linked('above', stageRun),
    below: (stageRun) => linked('below', stageRun),
    put: (row) => {
      links = undefined;
      const before = find(row.stageRun);
      const packedRow = packRow(packing, row);
      const at = before >= 0 ? before : rows.length;
      rows[at] = packedRow;
      rowOf.set(packedRow[0], at);
    },
    pack: () => ({ ...packed, digests: packing.digests.values.join('') }),
  };
};
