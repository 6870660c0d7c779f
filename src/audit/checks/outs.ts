import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { outPath } from '../../plan/inputs.ts';
import { compareTree } from '../compare-tree.ts';
import type { Listener } from '../finding.ts';
import type { StoredManifests } from '../manifests.ts';
import type { Survey } from '../survey.ts';
import type { PlacedStage } from './states.ts';

/**
 * What stands in the workspace is what the stages made, byte for byte. Returns the digest that was recorded of each out,
 * by its path.
 */
export const checkOuts = async (
  survey: Survey,
  { placed, manifests }: { readonly placed: readonly PlacedStage[]; readonly manifests: StoredManifests },
  listener: Listener,
): Promise<ReadonlyMap<string, string>> => {
  const outs = placed.flatMap(outsOf);
  for (const [i, { path, recorded, run }] of outs.entries()) {
    const at = join(survey.project.root, path);
    // A stage that failed since has none, nor has a workspace that was cleaned.
    if (lstatSync(at, { throwIfNoEntry: false }) === undefined)
      listener.note(path, 'does not stand in the workspace; the next run puts it there');
    else
      await compareTree(
        { recorded, at, path, manifest: manifests.entries(recorded.digest) },
        { code: 'out-changed', suffix: `, as run ${run} made it` },
        listener,
      );
    listener.progress(i + 1, outs.length);
  }
  return new Map(outs.map(({ path, recorded }) => [path, recorded.digest]));
};

const outsOf = ({ pipeline, stage, record }: PlacedStage) =>
  record.outs.map((recorded) => ({
    // Of two stages with one fingerprint, the record is that of the one that was executed.
    path: outPath(pipeline, stage, (record.fields['outs'] as Record<string, string>)[recorded.name]!),
    recorded,
    run: record.run,
  }));
