import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What every measurement gets. */
export interface Settings {
  /** Absolute path of Stemma's repository. */
  readonly root: string;
  /** Absolute path of the folder for all that is made for measuring; test data and peers in it are kept. */
  readonly folder: string;
  /** Small sizes: to see that the measurements work, not to measure. */
  readonly quick: boolean;
  /** Rows of the table in the topic "tables". */
  readonly rows?: number | undefined;
  /** Images in the topic "images". */
  readonly images?: number | undefined;
}

/** The program under test, as people start it. */
export const stemma = ({ root }: Settings, ...argv: readonly string[]): string[] => [
  process.execPath,
  join(root, 'dist', 'stemma.js'),
  ...argv,
];

/** An empty folder for a measurement. */
export const freshFolder = ({ folder }: Settings, name: string): string => {
  const path = join(folder, 'work', name);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
};

/** Data sets that take long to make stay between runs. */
export const dataFolder = ({ folder }: Settings, name: string): string => join(folder, 'data', name);
