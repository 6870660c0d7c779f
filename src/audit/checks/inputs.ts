import { existsSync } from 'node:fs';
import type { RunRecord } from '../../types/generated/run.ts';
import type { ArtifactRecord } from '../../types/generated/stage-run.ts';
import { compareTree, digestOfTree } from '../compare-tree.ts';
import type { Listener } from '../finding.ts';
import { inputPlaces } from '../input-places.ts';
import { lastInputs } from '../last-inputs.ts';
import type { StoredManifests } from '../manifests.ts';
import type { Survey } from '../survey.ts';
import type { CheckedStageRuns } from './stage-runs.ts';

export interface InputsRequest {
  readonly records: readonly RunRecord[];
  readonly stageRuns: CheckedStageRuns;
  readonly manifests: StoredManifests;
  /** Digests of the outs in the workspace by path: they have been held against the records already. */
  readonly outs: ReadonlyMap<string, string>;
}

/** What no stage made is now what it was when the pipeline ran last. */
export const checkInputs = async (
  { project }: Survey,
  { records, stageRuns, manifests, outs }: InputsRequest,
  listener: Listener,
): Promise<void> => {
  const places = inputPlaces(project);
  const inputs = lastInputs(records, stageRuns.byDigest);
  for (const [i, recorded] of inputs.entries()) {
    listener.progress(i + 1, inputs.length);
    const { input, run } = recorded;
    if (outs.get(input.path) === input.digest) continue;
    const first = places.recorded(recorded);
    if (first !== undefined && (await digestOfTree(first)) === input.digest) continue;
    const second = await places.declared(recorded);
    if (second !== undefined && (await digestOfTree(second)) === input.digest) continue;
    const place = first ?? second;
    if (isOut(input) && place !== undefined && !existsSync(place.at)) {
      listener.note(input.path, 'does not stand in the workspace; a run of its pipeline puts it there');
      continue;
    }
    const suffix = `, as in run ${run.run}`;
    const comparison = place && { ...place, recorded: input, manifest: manifests.entries(input.digest) };
    if (comparison !== undefined) await compareTree(comparison, { code: 'input-changed', suffix }, listener);
    else listener.finding('input-changed', input.path, { expected: input.digest + suffix, found: 'nothing' });
  }
};

/** Of another pipeline. */
const isOut = ({ from }: ArtifactRecord): boolean => !/^(path|package) /.test(from!);
