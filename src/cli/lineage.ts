import { type Command, Option } from 'commander';
import type { RunsOptions } from '../commands/runs.ts';
import type { TraceOptions } from '../commands/trace.ts';
import { addAudit } from './auditing.ts';
import { addExport } from './exporting.ts';
import { addKeeping } from './keeping.ts';
import { positive } from './options.ts';
import { addPastRuns } from './past-runs.ts';

/** The commands that ask what happened, and where things came from. */
export const addLineage = (program: Command): void => {
  addKeeping(program);
  program
    .command('runs')
    .description('list past runs, the newest at the end')
    .argument('[pipeline]', 'only those of this pipeline')
    .option('-n, --limit <n>', 'how many', positive, 20)
    .option('--all', 'all of them')
    .option('--failed', 'only those that failed or were interrupted')
    .option('--reindex', 'make the lineage index again from the records')
    .option('--json', 'print JSON on stdout, for programs')
    .action(async (pipeline: string | undefined, options: RunsOptions) => {
      const { runs } = await import('../commands/runs.ts');
      process.exitCode = await runs(pipeline, options);
    });
  program
    .command('trace')
    .description(
      'show what a file, a digest or stage.out was made from, and what was made from it; or the way of a row',
    )
    .argument('<target>', "a path, at least 4 digits of a digest, stage.out, or at least 8 digits of a row's id")
    .option('--row <n>', 'the way of this row of a data set or table, from 1', positive)
    .option('--up', 'only what it was made from')
    .option('--down', 'only what was made from it')
    .option('--pipeline <name>', 'the pipeline of stage.out, where several have it')
    .option('--run <run>', 'the run of stage.out; the newest unless told otherwise')
    .option('--all', 'cut nothing off')
    .addOption(new Option('--format <format>').choices(['text', 'mermaid', 'dot']).default('text'))
    .option('--json', 'print JSON on stdout, for programs')
    .action(async (target: string, options: TraceOptions) => {
      const { trace } = await import('../commands/trace.ts');
      process.exitCode = await trace(target, options);
    });
  addPastRuns(program);
  addExport(program);
  addAudit(program);
};
