import type { Command } from 'commander';
import type { GcOptions } from '../commands/gc.ts';
import type { ReplayOptions } from '../commands/replay.ts';
import { collect, count } from './options.ts';

/** The commands about what the store keeps of past runs: to execute it again, and to free it. */
export const addKeeping = (program: Command): void => {
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
  program
    .command('gc')
    .description('free content that no kept run needs; records always stay')
    .option('--keep-runs <n>', 'keep the last n runs of each pipeline', count)
    .option('--budget <size>', 'keep as many of the newest runs as fit, as 20GB')
    .option('--older-than <age>', 'free what only runs older than this need, as 30d')
    .option('--pin <run>', 'keep this run until it is unpinned', collect, [])
    .option('--unpin <run>', 'keep it no longer than others', collect, [])
    .option('-n, --dry-run', 'say what would be freed, and free nothing')
    .option('--json', 'print JSON on stdout, for programs')
    .action(async (options: GcOptions) => {
      const { gc } = await import('../commands/gc.ts');
      process.exitCode = await gc(options);
    });
};
