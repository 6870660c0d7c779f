import { type Command, Option } from 'commander';
import type { ExportOptions } from '../commands/export.ts';

/** The command that hands lineage to other programs. */
export const addExport = (program: Command): void => {
  program
    .command('export')
    .description("write a run's lineage for other programs")
    .argument('<run>', 'a name or a part of it, the digest of a record, `last` or `last~1`')
    .addOption(
      new Option('--format <format>', 'OpenLineage events, a Workflow Run RO-Crate, or a run of W&B or MLflow')
        .choices(['openlineage', 'ro-crate', 'wandb', 'mlflow'])
        .makeOptionMandatory(),
    )
    .option('--out <path>', 'a file for the events (stdout unless given); a new folder for the crate; a folder of runs')
    .option('--to <address>', "send the run to an MLflow server; MLflow's own variables say who you are")
    .option('--with-files', "copy the run's outs into the crate")
    .option('--namespace <name>', 'OpenLineage namespace of jobs and files; OPENLINEAGE_NAMESPACE, else `stemma`')
    .option('--pipeline <name>', 'count only runs of this pipeline')
    .action(async (run: string, options: ExportOptions) => {
      const { exportRun } = await import('../commands/export.ts');
      process.exitCode = await exportRun(run, options);
    });
};
