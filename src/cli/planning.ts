import { type Command, Option } from 'commander';
import type { PipelineOptions } from '../commands/pipeline-options.ts';
import { withPipeline } from './options.ts';

/** The commands that look at a pipeline as it is now. */
export const addPlanning = (program: Command): void => {
  withPipeline(program.command('plan'))
    .description('say what would run, and why, and run nothing')
    .argument('[pipeline]')
    .argument('[stages...]')
    .option('-f, --force', 'as if everything had to run')
    .action(async (pipeline: string | undefined, stages: string[], options: PipelineOptions & { force?: boolean }) => {
      const { plan } = await import('../commands/plan.ts');
      process.exitCode = await plan(pipeline, stages, options);
    });
  withPipeline(program.command('status'))
    .description('say what is up to date')
    .argument('[pipeline]')
    .action(async (pipeline: string | undefined, options: PipelineOptions) => {
      const { status } = await import('../commands/status.ts');
      process.exitCode = await status(pipeline, options);
    });
  withPipeline(program.command('why'))
    .description("show what differs between a stage's fingerprint now and its last one, field by field")
    .argument('<stage>')
    .argument('[pipeline]')
    .action(async (stage: string, pipeline: string | undefined, options: PipelineOptions) => {
      const { why } = await import('../commands/why.ts');
      process.exitCode = await why(stage, pipeline, options);
    });
  withPipeline(program.command('model'))
    .description(
      'print the network of a train stage: layers, parameters, operations, memory, and what speaks against it',
    )
    .argument('<stage>')
    .argument('[pipeline]')
    .action(async (stage: string, pipeline: string | undefined, options: PipelineOptions) => {
      const { model } = await import('../commands/model.ts');
      process.exitCode = await model(stage, pipeline, options);
    });
  withPipeline(program.command('graph'))
    .description('draw the pipeline')
    .argument('[pipeline]')
    .addOption(new Option('--format <format>').choices(['text', 'mermaid', 'dot', 'svg']).default('text'))
    .action(
      async (
        pipeline: string | undefined,
        options: PipelineOptions & { format: 'text' | 'mermaid' | 'dot' | 'svg' },
      ) => {
        const { graph } = await import('../commands/graph.ts');
        process.exitCode = await graph(pipeline, options);
      },
    );
};
