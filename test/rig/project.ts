import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A project in a folder of its own, with the few verbs that tests need. Paths are relative to it. */
export interface TestProject {
  readonly root: string;
  write(path: string, text: string | Uint8Array): void;
  read(path: string): string;
  /** Writes `pipelines/<name>.json`. */
  pipeline(pipeline: object, name?: string): void;
  /** Writes a stage type of the project's own. */
  stageType(name: string, parts: StageTypeParts): void;
}

export interface StageTypeParts {
  /** Laid over a declaration with an optional dep `in` and the out `out` (`out.txt`), and free params. */
  readonly declaration?: object;
  /** run.ts. */
  readonly code: string;
}

/** A project that is removed when the test ends. */
export const createProject = (): TestProject => openProject(temporaryFolder());

/** A folder that is removed when the test ends; in memory where the system has such a place. */
export const temporaryFolder = (): string => {
  const folder = makeFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
};

/** For what lives longer or shorter than a test. */
export const makeFolder = (): string => mkdtempSync(join(fastFolder(), 'stemma-test-'));

export const removeFolder = (folder: string): void => {
  // What a test made unreadable or read-only is no obstacle to a user who is not root.
  makeWritable(folder);
  rmSync(folder, { recursive: true, force: true });
  rmSync(cacheOf(folder), { recursive: true, force: true });
};

/** The user's cache folder of a project: beside it, and gone with it. */
export const cacheOf = (root: string): string => `${root}-cache`;

export const openProject = (root: string): TestProject => {
  const write = (path: string, text: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  return {
    root,
    write,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    pipeline: (pipeline, name = 'p') => write(`pipelines/${name}.json`, `${JSON.stringify(pipeline, null, 2)}\n`),
    stageType: (name, { declaration, code }) => {
      write(`stages/${name}/stage.json`, JSON.stringify({ ...plainDeclaration, ...declaration }, null, 2));
      write(`stages/${name}/run.ts`, code);
    },
  };
};

const plainDeclaration = {
  summary: 'A stage of a test.',
  version: 1,
  deps: { in: { type: 'any', optional: true, description: 'What it reads.' } },
  outs: { out: { type: 'file', path: 'out.txt', description: 'What it writes.' } },
  params: { type: 'object' },
};

const fastFolder = (): string => {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
};

const makeWritable = (folder: string): void => {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) makeWritable(join(folder, entry.name));
};
