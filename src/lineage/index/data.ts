import type { Digest } from '../../fingerprint/canonical.ts';
import { openIndexFiles, type Part, type Root } from './files.ts';
import { type MetricsFile, packedMetrics } from './packed-metrics.ts';
import { emptyStageRuns, type PackedStageRuns, packedStageRuns } from './packed-stage-runs.ts';
import type { RawInput, RunRow } from './rows.ts';
import { emptyShard, type Shard, shardName } from './shards.ts';
import { type GrowingTable, growStageRunTable } from './stage-run-table.ts';

/** All that the index holds. Each part is read when it is first asked for, and may then throw `DamagedIndex`. */
export interface IndexData {
  /** Names of the runs that have a row, oldest first. */
  readonly names: string[];
  /** Stage runs that runs refer to and whose records could not be read: asked for again each time. */
  unread: Digest[];
  /** Oldest run first. */
  rows(): RunRow[];
  stageRuns(): PackedStageRuns;
  /** The same, to be added to. */
  growing(): GrowingTable;
  /** The shard of digests that begin with certain two hexadecimal digits. */
  shard(hex: string): Shard;
  metrics(pipeline: string): MetricsFile;
  /** By path. */
  rawInputs(): Record<string, RawInput>;
  /** Throws `DamagedIndex` where a file of the index is not what it should be. */
  check(file: string): void;
  /** Says that a part was changed: `save` will write it. */
  changed(part: string): void;
  save(): void;
}

export const runsName = 'runs.json';
export const rawInputsName = 'raw-inputs.json';
export const metricsName = (pipeline: string): string => `metrics/${pipeline}.packed`;

interface RootFile extends Root {
  names: string[];
  unread: Digest[];
}

const rootPart = (): Part<RootFile> => ({
  name: 'index.json',
  empty: { format: 'stemma-index-v1', files: {}, names: [], unread: [] },
});
const stageRunsPart = (): Part<PackedStageRuns> => ({
  name: 'stage-runs.packed',
  empty: emptyStageRuns(),
  codec: packedStageRuns,
});

const metricsPart = (name: string): Part<MetricsFile> => ({
  name,
  empty: { stageRuns: {}, runs: {} },
  codec: packedMetrics,
});

/** Opens the index in a folder; one that is not there is empty. Throws `DamagedIndex`. */
export const openIndexData = (folder: string): IndexData => {
  const files = openIndexFiles<RootFile>(folder, rootPart());
  const root = files.root.data;
  const stageRuns = () => files.open(stageRunsPart());
  let growing: GrowingTable | undefined;
  const grow = () => {
    growing ??= growStageRunTable(stageRuns().data);
    return growing;
  };
  return {
    names: root.names,
    get unread() {
      return root.unread;
    },
    set unread(unread) {
      root.unread = unread;
    },
    rows: () => files.open<RunRow[]>({ name: runsName, empty: [] }).data,
    stageRuns: () => stageRuns().data,
    growing: grow,
    shard: (hex) => files.open({ name: shardName(hex), empty: emptyShard() }).data,
    metrics: (pipeline) => files.open(metricsPart(metricsName(pipeline))).data,
    rawInputs: () => files.open<Record<string, RawInput>>({ name: rawInputsName, empty: {} }).data,
    check: (name) => {
      if (name === stageRunsPart().name) stageRuns();
      else if (name.startsWith('metrics/')) files.open(metricsPart(name));
      else if (files.has(name)) files.open({ name, empty: {} });
    },
    changed: files.changed,
    save: () => {
      if (growing !== undefined) {
        stageRuns().data = growing.packed();
        files.changed(stageRunsPart().name);
      }
      files.save();
    },
  };
};
