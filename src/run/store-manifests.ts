import { join } from 'node:path';
import { formatManifest } from '../fingerprint/manifest.ts';
import { putText } from '../store/tree.ts';
import type { OrderParts } from './order.ts';

/**
 * Keeps what the folders that a stage is about to read hold: the stage gets the digests of their files, and afterwards
 * it can be told of any file in them who has read it.
 */
export const storeManifests = ({ inputs, workspace }: OrderParts): Promise<void> =>
  workspace.contentLock.hold(async () => {
    const beside = join(workspace.folders.store, 'manifest');
    for (const { digest, listing } of inputs)
      if (listing !== undefined && !(await workspace.content.has(digest)))
        await putText(workspace.content, { beside, text: formatManifest(listing()) });
  });
