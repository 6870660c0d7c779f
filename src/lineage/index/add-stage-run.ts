import { type Digest, hexOf } from '../../fingerprint/canonical.ts';
import type { ArtifactRecord, StageRunRecord } from '../../types/generated/stage-run.ts';
import { type IndexData, metricsName, rawInputsName } from './data.ts';
import type { IndexedInput, IndexedOut } from './rows.ts';
import { filesByShard, shardName } from './shards.ts';
import type { IndexSource } from './source.ts';

/** Says which stage run an input came from, if a stage of the same pipeline made it. */
export type Upstream = (input: ArtifactRecord) => Digest | undefined;

export interface AddedStageRun {
  readonly record: StageRunRecord;
  readonly stageRun: Digest;
  readonly upstream: Upstream;
}

/** Adds a stage run to the table, to the shards of all digests that it has to do with, and its metrics. */
export const addStageRun = (data: IndexData, added: AddedStageRun, source: IndexSource): void => {
  const { record, stageRun } = added;
  const inputs = record.inputs.map((input) => inputOf(input, added));
  const outs = record.outs.map(outOf);
  // A row that is put a second time differs in where its inputs came from, and in nothing that the shards hold.
  if (data.growing().find(stageRun) === undefined) noteDigests(data, added, source);
  data.growing().put({
    stageRun,
    run: record.run,
    pipeline: record.pipeline,
    stage: record.stage,
    state: record.state,
    inputs,
    outs,
  });
  noteRawInputs(data, record.run, inputs);
};

const inputOf = (input: ArtifactRecord, { upstream }: AddedStageRun): IndexedInput => {
  const { name, digest, kind, from = '', path } = input;
  const above = isOfStage(from) ? upstream(input) : undefined;
  return { name, digest: digest as Digest, kind, from, path, ...(above !== undefined && { upstream: above }) };
};

/** Whether an input is `stage.out`, and no path, package or out of another pipeline. */
export const isOfStage = (from: string): boolean => /^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$/.test(from);

/** Whether an input is raw: no stage of any pipeline made it. */
export const isRaw = (from: string): boolean => /^(path|package) /.test(from);

const outOf = ({ name, digest, kind, type = 'file', path }: ArtifactRecord): IndexedOut => ({
  name,
  digest: digest as Digest,
  kind,
  type,
  path,
});

const noteDigests = (data: IndexData, { record, stageRun }: AddedStageRun, source: IndexSource): void => {
  const hex = hexOf(stageRun);
  edit(data, hex).stageRuns[hex.slice(2)] = record.run;
  const fingerprint = hexOf(record.fingerprint);
  const { fingerprints } = edit(data, fingerprint);
  fingerprints[fingerprint.slice(2)] ??= [];
  fingerprints[fingerprint.slice(2)]!.push(hex);
  for (const artifact of record.inputs) noteArtifact(data, { artifact, as: 'used', stageRun: hex }, source);
  for (const artifact of record.outs) noteArtifact(data, { artifact, as: 'made', stageRun: hex }, source);
};

const edit = (data: IndexData, hex: string) => {
  data.changed(shardName(hex));
  return data.shard(hex);
};

const noteArtifact = (
  data: IndexData,
  {
    artifact,
    as,
    stageRun,
  }: { readonly artifact: ArtifactRecord; readonly as: 'made' | 'used'; readonly stageRun: string },
  source: IndexSource,
): void => {
  const hex = hexOf(artifact.digest);
  const { artifacts } = edit(data, hex);
  if (artifacts[hex.slice(2)] === undefined) {
    artifacts[hex.slice(2)] = { made: [], used: [] };
    if (artifact.kind === 'folder') noteFiles(data, artifact.digest as Digest, source);
  }
  const list = artifacts[hex.slice(2)]![as];
  // Two inputs may be the same bytes.
  if (list.at(-1) !== stageRun) list.push(stageRun);
};

const noteFiles = (data: IndexData, folder: Digest, source: IndexSource): void => {
  for (const [two, files] of filesByShard((source.readManifest(folder) ?? []).map(({ hex }) => hex))) {
    const { listed } = edit(data, two);
    listed[files] ??= [];
    listed[files]!.push(hexOf(folder));
  }
};

/** Puts the metrics of a stage run, if it has any, to those of a pipeline. */
export const noteMetrics = (
  data: IndexData,
  pipeline: string,
  { record, stageRun }: Omit<AddedStageRun, 'upstream'>,
): void => {
  const { stage, run, metrics } = record;
  if (Object.keys(metrics).length === 0) return;
  data.metrics(pipeline).stageRuns[hexOf(stageRun)] = { stage, run, metrics };
  data.changed(metricsName(pipeline));
};

const noteRawInputs = (data: IndexData, run: string, inputs: readonly IndexedInput[]): void => {
  for (const { path, digest, kind, from } of inputs) {
    if (!isRaw(from)) continue;
    const known = data.rawInputs()[path];
    if (known !== undefined && known.run > run) continue;
    data.rawInputs()[path] = { path, digest, kind, from, run };
    data.changed(rawInputsName);
  }
};
