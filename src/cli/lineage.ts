import type { Command } from 'commander';

/** The commands that ask what happened, and where things came from. */
export const addLineage = (_program: Command): void => {};
