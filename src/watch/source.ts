import type { Relevance } from './relevance.ts';

/** Tells of changes to files, by whatever means. */
export interface FileSource {
  /** Resolves when no change goes unseen any more. */
  readonly ready: Promise<void>;
  /** Files below the folders that are inputs, as far as they were counted. */
  readonly files: () => number;
  /** Resolves when all that has happened by now has been told. */
  readonly catchUp: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface SourceOptions {
  /** Absolute paths of the folders to start from. */
  readonly roots: readonly string[];
  /** Asked anew each time, since it changes with the pipeline. */
  readonly relevance: () => Relevance;
  /** Something changed at a path; `rename`: it came, went or was replaced. */
  readonly onPath: (path: string, how: 'change' | 'rename') => void;
  /** A folder came, and is watched from now on: what lies in it may have come before. */
  readonly onFolder: (folder: string) => void;
  /** A watched folder went or was moved: what is watched has to be built anew. */
  readonly onLost: () => void;
  readonly onError: (error: NodeJS.ErrnoException) => void;
}

/** Folders from which all that matters can be reached: the project's, and those outside of it one by one. */
export const rootsOf = ({ interests }: Relevance, project: string): readonly string[] => {
  const outside = interests.filter(({ path }) => path !== project && !path.startsWith(`${project}/`));
  const folders = outside.map(({ path, below }) =>
    below === false ? path.slice(0, path.lastIndexOf('/')) || '/' : path,
  );
  return [project, ...new Set(folders)].sort();
};
