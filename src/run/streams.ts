import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './order.ts';

/** What a command has as its standard input, output and error: descriptors, to be closed when it has started. */
export interface OpenStreams {
  readonly stdio: readonly ['ignore' | number, number, number];
  readonly close: () => void;
}

/**
 * Opens the files of a command's streams. It gets the files themselves and no pipes: nothing of it goes through us,
 * and who stops reading early disturbs nobody. Returns in words why it cannot be started.
 */
export const openStreams = (
  program: Exclude<Program, { kind: 'module' }>,
  { root, log }: { readonly root: string; readonly log: number },
): OpenStreams | string => {
  const { stdin, stdout } = program;
  if (stdin !== undefined && statSync(join(root, stdin)).isDirectory())
    return `its standard input is to be ${stdin}, which is a folder`;
  const input = stdin === undefined ? undefined : openSync(join(root, stdin), 'r');
  const output = stdout === undefined ? undefined : openSync(join(root, stdout), 'wx');
  return {
    stdio: [input ?? 'ignore', output ?? log, log],
    close: () => {
      for (const descriptor of [input, output]) if (descriptor !== undefined) closeSync(descriptor);
    },
  };
};
