import { type Digest, hexOf } from '../../fingerprint/canonical.ts';
import type { RunRecord } from '../../types/generated/run.ts';
import { addStageRun, noteMetrics, type Upstream } from './add-stage-run.ts';
import { type IndexData, metricsName, runsName } from './data.ts';
import { headlineOf } from './headline.ts';
import type { Measured } from './packed-metrics.ts';
import type { RunRow } from './rows.ts';
import { shardName } from './shards.ts';
import type { IndexSource } from './source.ts';

/** Adds a run with the stage runs that were executed in it. Returns stage runs that are known from nowhere yet. */
export const addRun = (
  data: IndexData,
  { record, digest }: { readonly record: RunRecord; readonly digest: Digest },
  source: IndexSource,
): Digest[] => {
  const upstream = upstreamIn(record);
  const foreign: Digest[] = [];
  for (const { stageRun, state } of record.stages) {
    if (stageRun === undefined) continue;
    const known = data.growing().find(stageRun as Digest) !== undefined;
    // What a run has executed is known best from that run, even if another one spoke of it before.
    if (known && !wasExecuted(state)) continue;
    const made = source.readStageRun(stageRun as Digest);
    if (made?.run === record.run) addStageRun(data, { record: made, stageRun: stageRun as Digest, upstream }, source);
    else foreign.push(stageRun as Digest);
    // Its run may come later, or never; what it measured belongs to this run too.
    if (made !== undefined) noteMetrics(data, record.pipeline.name, { record: made, stageRun: stageRun as Digest });
  }
  const hex = hexOf(digest);
  data.shard(hex).runs[hex.slice(2)] = record.run;
  data.changed(shardName(hex));
  data.names.push(record.run);
  data.rows().push(rowOf(record, digest, noteMeasured(data, record)));
  data.changed(runsName);
  return foreign;
};

const wasExecuted = (state: RunRecord['stages'][number]['state']): boolean =>
  state === 'ran' || state === 'failed' || state === 'cancelled' || state === 'interrupted';

/** The stage run that an input `split.train` came from: the one that the run's record names for `split`. */
const upstreamIn = ({ stages }: RunRecord): Upstream => {
  const stageRuns = new Map(stages.map(({ stage, stageRun }) => [stage, stageRun as Digest | undefined]));
  return ({ from }) => stageRuns.get(from?.split('.')[0] ?? '');
};

/**
 * Adds a stage run whose own run has no record: what its inputs came from is then known by digest alone, from the stage
 * run of that stage and pipeline that made the same bytes last.
 */
export const addForeign = (data: IndexData, stageRun: Digest, source: IndexSource): boolean => {
  const record = source.readStageRun(stageRun);
  if (record === undefined) return false;
  const upstream: Upstream = ({ digest, from }) =>
    makersOf(data, digest as Digest).findLast((maker) => {
      const made = data.growing().get(data.growing().find(maker)!);
      return made.pipeline === record.pipeline && from?.split('.')[0] === made.stage;
    });
  addStageRun(data, { record, stageRun, upstream }, source);
  noteMetrics(data, record.pipeline, { record, stageRun });
  return true;
};

const makersOf = (data: IndexData, digest: Digest): Digest[] => {
  const hex = hexOf(digest);
  return (data.shard(hex).artifacts[hex.slice(2)]?.made ?? []).map((maker): Digest => `sha256:${maker}`);
};

/** Notes which stage runs of a run have metrics, and returns these metrics. */
const noteMeasured = (
  data: IndexData,
  { run, started, outcome, pipeline, stages }: RunRecord,
): Measured['metrics'][] => {
  const { stageRuns, runs } = data.metrics(pipeline.name);
  const measured: string[] = [];
  for (const stageRun of stages.flatMap((stage) => stage.stageRun ?? [])) {
    const hex = hexOf(stageRun);
    const found = stageRuns[hex] ?? measuredElsewhere(data, stageRun as Digest, pipeline.name);
    if (found === undefined) continue;
    stageRuns[hex] = found;
    measured.push(hex);
  }
  if (measured.length > 0) {
    runs[run] = { started, outcome, stageRuns: measured };
    data.changed(metricsName(pipeline.name));
  }
  return measured.map((hex) => stageRuns[hex]!.metrics);
};

/** Two pipelines that have a stage in common execute it once: the other one's metrics are this one's too. */
const measuredElsewhere = (data: IndexData, stageRun: Digest, pipeline: string): Measured | undefined => {
  const other = data.growing().pipelineOf(stageRun);
  return other === undefined || other === pipeline ? undefined : data.metrics(other).stageRuns[hexOf(stageRun)];
};

const rowOf = (record: RunRecord, digest: Digest, measured: readonly Measured['metrics'][]): RunRow => ({
  run: record.run,
  record: digest,
  pipeline: record.pipeline.name,
  outcome: record.outcome,
  ...(record.gate?.accepted === true && { accepted: true as const }),
  started: record.started,
  seconds: Math.max(0, (Date.parse(record.ended) - Date.parse(record.started)) / 1000),
  states: countStates(record),
  metrics: headlineOf(measured, record.pipeline.objective?.metric),
});

const countStates = ({ stages }: RunRecord): RunRow['states'] => {
  const counts: Partial<Record<RunRecord['stages'][number]['state'], number>> = {};
  for (const { state } of stages) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
};
