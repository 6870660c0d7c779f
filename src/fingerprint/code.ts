import { mkdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type Digest, digestOf, hexOf, isDigest } from './canonical.ts';
import { readChecked, writeChecked } from './checked-file.ts';
import { digestPath } from './digest-path.ts';
import { isRacy } from './reading.ts';
import { replaceFile } from './replace-file.ts';
import type { StatCache } from './stat-cache.ts';

/** The code of a stage type with all that it imports, ready to be executed. */
export interface StageCode {
  /** Digest of the bundle: of the program without its comments, and of its packages by name and version. */
  readonly digest: Digest;
  /** Absolute path of the ES module to import. */
  readonly module: string;
  /** `name@version` of each package that it reaches: they are in the digest. */
  readonly packages: readonly string[];
  /** Absolute paths of all files that decide it, whether they exist or not. */
  readonly inputs: readonly string[];
}

export interface CodeRequest {
  /** Absolute path of the stage's run.ts. */
  readonly entry: string;
  /** Absolute paths of files that the code reads while it runs. */
  readonly reads: readonly string[];
  /** Absolute path of the folder that keeps bundles. */
  readonly cacheFolder: string;
  readonly statCache: StatCache;
  /** Hears why a bundle could not be kept, for who wants to know the code and not to execute it; else it is thrown. */
  readonly onUnkept?: (error: unknown) => void;
}

/**
 * Bundles a stage's code and digests it. A helper three files away counts; a comment does not.
 * While none of the files that went into the last bundle has changed, that bundle is used again and esbuild is not
 * loaded. Throws an `Error` with esbuild's message where the code does not compile.
 */
export const stageCode = async (request: CodeRequest): Promise<StageCode> =>
  (await recallBundle(request)) ?? (await makeBundle(request));

/**
 * What a bundle was made from: `inputs` are paths relative to the entry's folder, with the digest of each.
 * `program` is the digest of the bundle's file, which is named by it, and checked: a damaged program is never run.
 * The note is derived: its file carries a checksum, and a damaged one counts as absent.
 */
interface BundleNote {
  readonly format: 'stemma-code-v1';
  readonly digest: Digest;
  readonly program: Digest;
  readonly packages: readonly string[];
  readonly inputs: Readonly<Record<string, string>>;
}

const recallBundle = async (request: CodeRequest): Promise<StageCode | undefined> => {
  const note = readNote(noteFile(request));
  if (note === undefined) return undefined;
  const module = moduleFile(request, note.program);
  if ((await digestPath(module, request.statCache))?.digest !== note.program) return undefined;
  const present = await digestInputs(request, Object.keys(note.inputs));
  const same = Object.entries(note.inputs).every(([path, digest]) => present[path] === digest);
  return same ? codeFrom(note, request) : undefined;
};

const codeFrom = (note: BundleNote, request: CodeRequest): StageCode => ({
  digest: note.digest,
  module: moduleFile(request, note.program),
  packages: note.packages,
  inputs: inputsOf(request, note),
});

const inputsOf = ({ entry }: CodeRequest, { inputs }: BundleNote): string[] =>
  Object.keys(inputs).map((path) => join(dirname(entry), path));

/** The inputs of the last bundle that could be made, for code that does not compile now. */
export const lastCodeInputs = (request: CodeRequest): readonly string[] => {
  const note = readNote(noteFile(request));
  return note === undefined ? [] : inputsOf(request, note);
};

const makeBundle = async (request: CodeRequest): Promise<StageCode> => {
  const { bundleStage } = await import('./bundle.ts');
  const started = Date.now();
  const bundle = await bundleStage(request.entry);
  const from = dirname(request.entry);
  const reads = await digestInputs(
    request,
    request.reads.map((path) => relative(from, path)),
  );
  const digest = digestOf([bundle.identity, ...Object.entries(reads).sort().flat()].join('\n'));
  const inputs = await digestInputs(
    request,
    [...bundle.inputs, ...request.reads].map((path) => relative(from, path)),
  );
  const program = digestOf(bundle.program);
  const { packages } = bundle;
  const note: BundleNote = { format: 'stemma-code-v1', digest, program, packages, inputs };
  // A file that was written while it was bundled may have been read before: then nothing is noted.
  const isNoted = !bundle.inputs.some((path) => wasTouched(path, started));
  try {
    mkdirSync(request.cacheFolder, { recursive: true });
    replaceFile(moduleFile(request, program), bundle.program);
    if (isNoted) writeChecked(noteFile(request), Buffer.from(JSON.stringify(note)));
  } catch (error) {
    if (request.onUnkept === undefined) throw error;
    request.onUnkept(error);
  }
  return codeFrom(note, request);
};

const wasTouched = (path: string, since: number): boolean => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && isRacy(stat, since);
};

// The program holds absolute addresses of packages, so a project that moved makes its bundles anew.
const noteFile = ({ cacheFolder, entry }: CodeRequest): string =>
  join(cacheFolder, `${hexOf(digestOf(entry)).slice(0, 16)}.json`);

const moduleFile = ({ cacheFolder }: CodeRequest, program: Digest): string =>
  join(cacheFolder, `${hexOf(program)}.mjs`);

const isNote = ({ format, digest, program, packages, inputs }: BundleNote): boolean =>
  format === 'stemma-code-v1' &&
  isDigest(digest) &&
  isDigest(program) &&
  Array.isArray(packages) &&
  typeof inputs === 'object' &&
  inputs !== null;

const readNote = (file: string): BundleNote | undefined => {
  const found = readChecked(file);
  if (found === undefined) return undefined;
  // An older version wrote something else.
  const note = JSON.parse(found.toString()) as BundleNote;
  return isNote(note) ? note : undefined;
};

const digestInputs = async (request: CodeRequest, paths: readonly string[]): Promise<Record<string, string>> => {
  const from = dirname(request.entry);
  const digests: Record<string, string> = {};
  for (const path of paths) digests[path] = (await digestPath(join(from, path), request.statCache))?.digest ?? 'absent';
  return digests;
};
