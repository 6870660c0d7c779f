/** Something that reads a file that others may have written. */
export interface Reader {
  readonly name: string;
  /** Where in the code it reads. The tidy test asks that every place in the code is in some row. */
  readonly sources: readonly string[];
  /** Makes what it reads, right, in an empty folder. Returns the path of the file to damage, relative to it. */
  readonly prepare: (folder: string) => Promise<string> | string;
  /** Reads it after its file was damaged. Throws what its caller tells in words. */
  readonly read: (folder: string) => unknown;
  /** What a reader may throw: an error of a known kind. Default: nothing. */
  readonly tells?: (error: unknown) => boolean;
  /** Renames the damaged file after its new bytes, or writes their digest into it: as somebody does who knows how. */
  readonly reseal?: (bytes: Buffer, path: string) => { readonly path: string; readonly bytes: Buffer };
  /** Runs; fewer for what is slow. */
  readonly runs?: number;
}

export const named =
  (...names: readonly string[]) =>
  (error: unknown): boolean =>
    error instanceof Error && names.includes(error.name);
