import type { Digest } from '../../fingerprint/canonical.ts';
import type { StatCache } from '../../fingerprint/stat-cache.ts';
import type { Records } from '../../store/records.ts';
import type { LineageIndex } from '../index/lineage-index.ts';
import type { IndexSource } from '../index/source.ts';
import type { TraceStart } from '../trace.ts';

/** What people ask about, found in the records. */
export type Target = TraceStart & {
  readonly what: TargetKind;
  readonly digest: Digest;
  /** The path that was asked for, relative to the project, where it was a path. */
  readonly path?: string;
  /** Names under which it was recorded, the newest first: `data/x.csv`, `digits: train.model, artifacts/…/model`. */
  readonly recordedAs: readonly string[];
  /** What people should know, as that the path is there no more. */
  readonly note?: string;
};

export type TargetKind = 'file' | 'folder' | 'stage run' | 'run' | 'fingerprint';

/** Nothing was found, and why: the user's mistake, or bytes that no run has seen. */
export interface NotFound {
  readonly problem: 'mistake' | 'unknown';
  readonly message: string;
  readonly hint?: string;
}

export type FoundTarget = Target | NotFound;

/** What a search goes through. */
export interface Search {
  readonly index: LineageIndex;
  readonly source: IndexSource;
  readonly records: Records;
  readonly statCache: StatCache;
  /** Absolute path of the project. */
  readonly root: string;
  /** Absolute path of the folder in which people stand. */
  readonly cwd: string;
  readonly pipeline?: string;
  readonly run?: string;
}
