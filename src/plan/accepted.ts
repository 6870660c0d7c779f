import { basename } from 'node:path';
import { type Digest, isDigest } from '../fingerprint/canonical.ts';
import { acceptedRuns } from '../store/ledger.ts';
import type { AcceptedRun } from '../types/generated/ledger.ts';
import type { ArtifactRecord } from '../types/generated/stage-run.ts';
import type { Workspace } from './workspace.ts';

/** An out of a run that was accepted, as its records tell it. */
export interface AcceptedOut {
  readonly run: string;
  readonly artifact: ArtifactRecord & { readonly digest: Digest };
  /** Name of its file or folder. */
  readonly name: string;
}

/** The last accepted run of a pipeline; of those whose candidate is another than `but`, if that is given. */
export const lastAccepted = (
  pipeline: string,
  { records, folders: { store } }: Workspace,
  but?: Digest,
): AcceptedRun | undefined => acceptedRuns(pipeline, { store, records }).findLast(({ candidate }) => candidate !== but);

/** An out of an accepted run; or why there is none, as the end of a sentence that begins with the run. */
export const acceptedOut = (
  { run, record: digest }: AcceptedRun,
  { stage, out }: { readonly stage: string; readonly out: string },
  { records }: Workspace,
): AcceptedOut | string => {
  const record = records.runDigest(run) === digest ? records.readRun(run) : undefined;
  if (record === undefined) return 'has no record that can be read';
  const stageRun = record.stages.find((entry) => entry.stage === stage)?.stageRun;
  if (stageRun === undefined) return `had no stage "${stage}"`;
  const artifact = records.readStageRun(stageRun)?.outs.find(({ name }) => name === out);
  if (artifact === undefined) return `made no ${stage}.${out}`;
  const { digest: content } = artifact;
  return isDigest(content)
    ? { run, artifact: { ...artifact, digest: content }, name: basename(artifact.path) }
    : 'has a damaged record';
};
