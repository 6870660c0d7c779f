import { existsSync } from 'node:fs';
import type { ArtifactRecord } from '../../types/generated/stage-run.ts';
import { compareTree, digestOfTree } from '../compare-tree.ts';
import type { Listener } from '../finding.ts';
import { type InputPlace, inputPlaces } from '../input-places.ts';
import { lastInputs, type RecordedInput } from '../last-inputs.ts';
import type { StoredManifests } from '../manifests.ts';
import type { Survey } from '../survey.ts';
import type { CheckedRuns } from './runs.ts';
import type { CheckedStageRuns } from './stage-runs.ts';

export interface InputsRequest extends CheckedRuns {
  readonly stageRuns: CheckedStageRuns;
  readonly manifests: StoredManifests;
  /** Digests of the outs in the workspace by path: they have been held against the records already. */
  readonly outs: ReadonlyMap<string, string>;
}

/** What no stage made is now what it was when the pipeline ran last. */
export const checkInputs = async ({ project }: Survey, request: InputsRequest, listener: Listener): Promise<void> => {
  const places = inputPlaces(project);
  const inputs = lastInputs(request.records, request.stageRuns.byDigest);
  for (const [i, recorded] of inputs.entries()) {
    listener.progress(i + 1, inputs.length);
    const { input } = recorded;
    if (request.outs.get(input.path) === input.digest) continue;
    const first = places.recorded(recorded);
    if (first !== undefined && (await digestOfTree(first)) === input.digest) continue;
    const second = await places.declared(recorded);
    if (second !== undefined && (await digestOfTree(second)) === input.digest) continue;
    await tellDifference(recorded, { ...request, place: first ?? second }, listener);
  }
};

const tellDifference = async (
  { input, run }: RecordedInput,
  { place, isWhole, stageRuns, manifests }: InputsRequest & { readonly place: InputPlace | undefined },
  listener: Listener,
): Promise<void> => {
  const suffix = `, as in run ${run.run}`;
  const digest = place && (await digestOfTree(place));
  if (place === undefined)
    listener.finding('input-changed', input.path, { expected: input.digest + suffix, found: 'nothing' });
  else if (isOut(input) && !existsSync(place.at))
    listener.note(input.path, 'does not stand in the workspace; a run of its pipeline puts it there');
  else if (!isWhole && digest !== undefined && wasRead(digest, input.path, stageRuns))
    listener.note(
      input.path,
      'is what a recorded run read; whether it was the last one, the damaged history does not say',
    );
  else {
    const comparison = { ...place, recorded: input, manifest: manifests.entries(input.digest) };
    await compareTree(comparison, { code: 'input-changed', suffix }, listener);
  }
};

/** Of another pipeline. */
const isOut = ({ from }: ArtifactRecord): boolean => !/^(path|package) /.test(from!);

const wasRead = (digest: string, path: string, { byDigest }: CheckedStageRuns): boolean =>
  [...byDigest.values()].some(({ inputs }) => inputs.some((each) => each.path === path && each.digest === digest));
