import type { Command } from 'commander';
import type { ReplayOptions } from '../commands/replay.ts';

/** The commands that ask what happened, and where things came from. */
export const addLineage = (program: Command): void => {
  program
    .command('replay')
    .description('execute a recorded stage again in a clean folder, and compare what comes out with what was recorded')
    .argument('[stage]', 'the stage; none with --all')
    .argument('[pipeline]', 'a pipeline by name, or its file')
    .option('--run <run>', 'as it was executed for this run; the newest in which it ended well unless told otherwise')
    .option('--all', 'every stage of the run; of the last one unless told otherwise')
    .option('--keep', 'leave the clean folder, and say where it is')
    .option('--json', 'print a line of JSON a stage on stdout, for programs')
    .action(async (stage: string | undefined, pipeline: string | undefined, options: ReplayOptions) => {
      const { replay } = await import('../commands/replay.ts');
      const words = [stage, pipeline].filter((word) => word !== undefined);
      process.exitCode = await replay(words, options);
    });
};
