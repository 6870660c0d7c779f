import type { Command } from 'commander';
import type { ProfileCommandOptions } from '../commands/profile.ts';
import { positive, withPipeline } from './options.ts';

/** The command that looks at data. */
export const addProfiling = (program: Command): void => {
  withPipeline(program.command('profile'))
    .description('describe every column of a data set, or of a table or folder that is ingested for it')
    .argument('<what...>', '[PIPELINE] STAGE.OUT, or a file or folder')
    .option('--column <name>', 'only this column, with all that is known of it')
    .option('--target <name>', 'of a file or folder, the column to predict')
    .option('--sample <rows>', 'rows in which it is looked for what goes along with what', positive, 50_000)
    .action(async (words: readonly string[], options: ProfileCommandOptions) => {
      const { profile } = await import('../commands/profile.ts');
      process.exitCode = await profile(words, options);
    });
};
