import { type Command, Option } from 'commander';
import type { ExportOptions } from '../commands/export.ts';
import type { ShowOptions } from '../commands/show.ts';

/** The commands that ask what happened, and where things came from. */
export const addLineage = (program: Command): void => {
  addShow(program);
  addExport(program);
};

const ofPipeline = ['--pipeline <name>', 'count only runs of this pipeline'] as const;
const asJson = ['--json', 'print JSON on stdout, for programs'] as const;

const addShow = (program: Command): void => {
  program
    .command('show')
    .description('show all that is recorded of a run, or of one stage of it')
    .argument('<run>', 'a name or a part of it, the digest of a record, `last` or `last~1`')
    .argument('[stage]')
    .option(...ofPipeline)
    .option(...asJson)
    .action(async (run: string, stage: string | undefined, options: ShowOptions) => {
      const { show } = await import('../commands/show.ts');
      process.exitCode = await show(run, stage, options);
    });
};

const addExport = (program: Command): void => {
  program
    .command('export')
    .description("write a run's lineage for other programs")
    .argument('<run>', 'a name or a part of it, the digest of a record, `last` or `last~1`')
    .addOption(
      new Option('--format <format>', 'OpenLineage events, or a Workflow Run RO-Crate')
        .choices(['openlineage', 'ro-crate'])
        .makeOptionMandatory(),
    )
    .option('--out <path>', 'a file for the events (stdout unless given); a new folder for the crate')
    .option('--with-files', "copy the run's outs into the crate")
    .option('--namespace <name>', 'OpenLineage namespace of jobs and files; OPENLINEAGE_NAMESPACE, else `stemma`')
    .option(...ofPipeline)
    .action(async (run: string, options: ExportOptions) => {
      const { exportRun } = await import('../commands/export.ts');
      process.exitCode = await exportRun(run, options);
    });
};
