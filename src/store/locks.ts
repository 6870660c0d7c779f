import { join } from 'node:path';
import { hexOf } from '../fingerprint/canonical.ts';

/** The locks of a project, each for as little as it can be for. */
export interface LockFiles {
  /** Who changes what stands in the workspace of a pipeline: its runs take turns. */
  pipeline(name: string): string;
  /** Who executes a fingerprint: of two runs that need the same, one does it and the other finds it done. */
  stage(fingerprint: string): string;
  readonly stages: string;
  /** Who writes the next record of the chain, or names the next run. */
  readonly records: string;
  /**
   * Who puts content into the store until an entry says that it is needed, and who removes content that no entry needs.
   */
  readonly content: string;
  /** Who brings the file of a url, by its digest; who downloads it, by the digest of the url. */
  download(name: string): string;
  /** Who brings the lineage index up to date. */
  readonly index: string;
  readonly folder: string;
}

export const lockFiles = (store: string): LockFiles => {
  const folder = join(store, 'locks-v1');
  return {
    folder,
    pipeline: (name) => join(folder, 'pipelines', name),
    stage: (fingerprint) => join(folder, 'stages', hexOf(fingerprint)),
    stages: join(folder, 'stages'),
    download: (name) => join(folder, 'downloads', name),
    records: join(folder, 'records'),
    content: join(folder, 'content'),
    index: join(folder, 'index'),
  };
};
