import type { Command } from 'commander';
import type { AblateOptions } from '../commands/ablate.ts';
import type { ApplyOptions } from '../commands/apply.ts';
import type { RunOptions } from '../commands/run.ts';
import type { SweepOptions } from '../commands/sweep.ts';
import type { WatchOptions } from '../commands/watch.ts';
import { collectPositive, count, positive, withPipeline } from './options.ts';

/** The commands that execute stages. */
export const addRunning = (program: Command): void => {
  withPipeline(program.command('run'))
    .description('execute what changed; restore or keep the rest')
    .argument('[pipeline]', 'a pipeline by name, or its file')
    .argument('[stages...]', 'only these stages and what they need')
    .option('-j, --jobs <n>', 'processor slots; the number of cores unless told otherwise', positive)
    .option('--gpus <n>', 'GPU slots; the number of GPUs unless told otherwise', count)
    .option('-f, --force', 'run stages although nothing changed')
    .option('-k, --keep-going', 'after a failure, go on with what does not depend on it')
    .option('--openlineage <target>', 'send OpenLineage events to a file or an http(s) address; OPENLINEAGE_URL')
    .option('--mlflow <address>', 'tell an MLflow server of the run when it has ended; STEMMA_MLFLOW_URL')
    .option('-v, --verbose', 'list every stage, however many there are')
    .action(async (pipeline: string | undefined, stages: string[], options: RunOptions) => {
      const { run } = await import('../commands/run.ts');
      process.exitCode = await run(pipeline, stages, options);
    });
  withPipeline(program.command('watch'))
    .description('run, and run again whenever data, the pipeline or stage code changes')
    .argument('[pipeline]', 'a pipeline by name, or its file')
    .argument('[stages...]', 'only these stages and what they need')
    .option('-j, --jobs <n>', 'processor slots; the number of cores unless told otherwise', positive)
    .option('--gpus <n>', 'GPU slots; the number of GPUs unless told otherwise', count)
    .option('-k, --keep-going', 'after a failure, go on with what does not depend on it')
    .option('-v, --verbose', 'list every stage, however many there are')
    .option(
      '--poll [seconds]',
      'look at the files every so often, for network file systems that tell of no changes',
      positive,
    )
    .action(async (pipeline: string | undefined, stages: string[], options: WatchOptions) => {
      const { watch } = await import('../commands/watch.ts');
      process.exitCode = await watch(pipeline, stages, options);
    });
  withPipeline(program.command('ablate'))
    .description('run the pipeline without each of its data steps, and say what each gains')
    .argument('[pipeline]', 'a pipeline by name, or its file')
    .argument('[steps...]', 'only these: a stage, or a param of one, as clean.duplicates')
    .option('--seeds <n>', 'as many trainings a step, for an interval', positive, 1)
    .option('--test', 'evaluate on test too, which wears it out for choices')
    .option('-n, --dry-run', 'say which runs it takes, and run nothing')
    .option('-j, --jobs <n>', 'processor slots; the number of cores unless told otherwise', positive)
    .action(async (pipeline: string | undefined, steps: string[], options: AblateOptions) => {
      const { ablate } = await import('../commands/ablate.ts');
      process.exitCode = await ablate(pipeline, steps, options);
    });
  withPipeline(program.command('apply'))
    .description('try the remedies of the last diagnosis, and say what each changes on validation')
    .argument('[pipeline]', 'a pipeline by name, or its file')
    .option('--remedy <n>', 'only this one, by its number; may be given several times', collectPositive, [])
    .option('--seeds <n>', 'as many trainings a remedy, for an interval', positive, 3)
    .option('--write', 'write the one remedy that is named into the pipeline, after it was tried')
    .option('-n, --dry-run', 'list the remedies and what they change, and run nothing')
    .option('-j, --jobs <n>', 'processor slots; the number of cores unless told otherwise', positive)
    .action(async (pipeline: string | undefined, options: ApplyOptions) => {
      const { apply } = await import('../commands/apply.ts');
      process.exitCode = await apply(pipeline, options);
    });
  withPipeline(program.command('sweep'))
    .description('run the pipeline with each combination of params, and compare')
    .argument('[pipeline]', 'a pipeline by name, or its file')
    .argument('[params...]', 'as train.batch_size=16,64 train.optimizer.rate=0.001,0.01')
    .option('--seeds <n>', 'as many trainings a combination, for an interval', positive, 1)
    .option('--test', 'evaluate on test too, which wears it out for choices')
    .option('-j, --jobs <n>', 'processor slots; the number of cores unless told otherwise', positive)
    .action(async (pipeline: string | undefined, params: string[], options: SweepOptions) => {
      const { sweep } = await import('../commands/sweep.ts');
      process.exitCode = await sweep(pipeline, params, options);
    });
};
