import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../rig/project.ts';

/** A folder for PATH with real tools of this machine and programs of the test's own, and nothing else. */
export const toolFolder = (tools: readonly string[], scripts: Readonly<Record<string, string>> = {}): string => {
  const folder = join(temporaryFolder(), 'bin');
  mkdirSync(folder);
  for (const tool of tools) symlinkSync(whereIs(tool), join(folder, tool));
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
};

const whereIs = (tool: string): string =>
  execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();

/** A Python that has pip and no TensorFlow; what its pip does when it is to download. */
export const pythonWith = (download: string): string =>
  `case "$*" in *"pip download"*) ${download};; *"pip --version"*) exit 0;; *) exit 1;; esac`;

/** A compiler that says that it is one. */
export const compiler = 'exit 0';

/** Whether the python3 of this machine has pip. */
export const hasPip = (): boolean => spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
