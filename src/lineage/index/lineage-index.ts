import type { IndexData } from './data.ts';
import type { Known, MetricsRow, RawInput, RunRow } from './rows.ts';
import { knownInShard } from './shards.ts';
import type { Times } from './stage-run-links.ts';
import { openStageRunTable, type StageRunTable } from './stage-run-table.ts';

/** What can be asked of the index. All of it may throw `DamagedIndex`, which `queryIndex` mends. */
export interface LineageIndex {
  /** All runs, oldest first. */
  runs(): readonly RunRow[];
  /** What the digests that begin with a prefix are known as: at least two hexadecimal digits, without `sha256:`. */
  lookUp(prefix: string): readonly Known[];
  stageRuns(): StageRunTable;
  /** Metrics of the stages of each run of a pipeline, oldest run first, stages in topological order. */
  metricsOf(pipeline: string): readonly MetricsRow[];
  /** A raw input as it was recorded last, by the path that the records have. */
  rawInput(path: string): RawInput | undefined;
  rawInputs(): readonly RawInput[];
}

export const lineageIndexOf = (data: IndexData): LineageIndex => {
  let table: StageRunTable | undefined;
  return {
    runs: data.rows,
    lookUp: (prefix) => knownInShard(data.shard(prefix), prefix),
    stageRuns: () => {
      table ??= openStageRunTable(data.stageRuns(), timesIn(data));
      return table;
    },
    metricsOf: (pipeline) => metricsRows(data, pipeline),
    rawInput: (path) => {
      const inputs = data.rawInputs();
      return Object.hasOwn(inputs, path) ? inputs[path] : undefined;
    },
    rawInputs: () => Object.values(data.rawInputs()),
  };
};

/** Asked for the links of outs from other pipelines alone: most traces have none, and read no rows of runs. */
const timesIn = (data: IndexData): Times => {
  let rows: ReadonlyMap<string, RunRow> | undefined;
  return (run) => {
    rows ??= new Map(data.rows().map((row) => [row.run, row]));
    const row = rows.get(run);
    const began = Date.parse(row?.started ?? '');
    return row === undefined ? undefined : { began, ended: began + row.seconds * 1000 };
  };
};

const metricsRows = (data: IndexData, pipeline: string): MetricsRow[] => {
  const { runs, stageRuns } = data.metrics(pipeline);
  // Of runs at the same time, the one that ends first is noted first.
  const names = Object.keys(runs).sort();
  return names.flatMap((run) => {
    const { started, outcome, stageRuns: measured } = runs[run]!;
    return measured.map((hex): MetricsRow => {
      const { stage, run: executedIn, metrics } = stageRuns[hex]!;
      return { run, started, outcome, stage, stageRun: `sha256:${hex}`, executedIn, metrics };
    });
  });
};
