import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { execa, type Options } from 'execa';
import { makeFolder, removeFolder } from './project.ts';

/** A program of TypeScript, to be run in processes of its own. */
export interface Program {
  /** Runs it to its end. Rejects where that is not 0. */
  run(args: readonly string[], options?: Options): Promise<{ readonly stdout: string; readonly stderr: string }>;
  remove(): void;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param entry path below the repository. */
export const makeProgram = async (entry: string): Promise<Program> => {
  const folder = makeFolder();
  const file = join(folder, 'program.mjs');
  // Packages stay where they are, and are found from the program's place.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  await build({
    ...{ entryPoints: [join(root, entry)], outfile: file, bundle: true, packages: 'external' },
    ...{ format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning' },
  });
  return {
    run: async (args, options) => {
      const { stdout, stderr } = await execa(process.execPath, [file, ...args], { ...options, cwd: folder });
      return { stdout: String(stdout), stderr: String(stderr) };
    },
    remove: () => removeFolder(folder),
  };
};
