import type { Digest } from '../../fingerprint/canonical.ts';
import type { MetricRecord } from '../../types/generated/stage-run.ts';
import { openIndexFiles, type Root } from './files.ts';
import { emptyStageRuns } from './packed-stage-runs.ts';
import type { RawInput, RunRow } from './rows.ts';
import { emptyShard, type Shard, shardName } from './shards.ts';
import { type GrowingTable, openStageRunTable } from './stage-run-table.ts';

/** All that the index holds. Each part is read when it is first asked for, and may then throw `DamagedIndex`. */
export interface IndexData {
  /** Oldest run first. */
  readonly rows: RunRow[];
  /** Stage runs that runs refer to and whose records could not be read: asked for again each time. */
  unread: Digest[];
  table(): GrowingTable;
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

/** Metrics of a pipeline. Keys of stage runs are the hexadecimal digits of their digests. */
export interface MetricsFile {
  readonly stageRuns: Record<string, Measured>;
  /** Of each run the stage runs with metrics, the restored ones too, in topological order. */
  readonly runs: Record<string, readonly string[]>;
}

export interface Measured {
  readonly stage: string;
  /** The run in which it was executed. */
  readonly run: string;
  readonly metrics: Readonly<Record<string, MetricRecord>>;
}

export const tableName = 'stage-runs.json';
export const rawInputsName = 'raw-inputs.json';
export const metricsName = (pipeline: string): string => `metrics/${pipeline}.json`;

interface RunsFile extends Root {
  runs: RunRow[];
  unread: Digest[];
}

/** Opens the index in a folder; one that is not there is empty. Throws `DamagedIndex`. */
export const openIndexData = (folder: string): IndexData => {
  const files = openIndexFiles<RunsFile>(folder, { format: 'stemma-index-v1', files: {}, runs: [], unread: [] });
  const root = files.root.data;
  let table: GrowingTable | undefined;
  return {
    rows: root.runs,
    get unread() {
      return root.unread;
    },
    set unread(unread) {
      root.unread = unread;
    },
    table: () => {
      table ??= openStageRunTable(files.open(tableName, emptyStageRuns()).data);
      return table;
    },
    shard: (hex) => files.open(shardName(hex), emptyShard()).data,
    metrics: (pipeline) => files.open<MetricsFile>(metricsName(pipeline), { stageRuns: {}, runs: {} }).data,
    rawInputs: () => files.open<Record<string, RawInput>>(rawInputsName, {}).data,
    check: (file) => void (files.has(file) && files.open(file, {})),
    changed: files.changed,
    save: () => {
      if (table !== undefined) files.open(tableName, emptyStageRuns()).data = table.packed();
      files.save();
    },
  };
};
