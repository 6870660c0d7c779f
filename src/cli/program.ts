import { Command, CommanderError, Option } from 'commander';
import type { PipelineOptions } from '../commands/pipeline-options.ts';
import type { RunOptions } from '../commands/run.ts';
import { stemmaVersion } from '../run/record.ts';

/** The commands and their options. Each command's code is loaded when it is called. */
export const createProgram = (): Command => {
  const program = new Command('stemma')
    .description('Runs deep-learning pipelines: only what changed, with the lineage of every artifact')
    .version(stemmaVersion())
    .showSuggestionAfterError()
    .exitOverride();
  addRun(program);
  addReading(program);
  addOthers(program);
  // Every sub-command reports its own misuse the same way.
  for (const command of program.commands) command.exitOverride();
  return program;
};

const withPipeline = (command: Command): Command =>
  command
    .option('--set <path=value>', 'override a value of the pipeline, as stages.train.params.epochs=3', collect, [])
    .addOption(new Option('--backend <name>', 'insist on a backend').choices(['auto', 'wasm', 'cpu']))
    .option('--json', 'print JSON on stdout, for programs');

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

const addRun = (program: Command): void => {
  withPipeline(program.command('run'))
    .description('execute what changed; restore or keep the rest')
    .argument('[pipeline]', 'a pipeline by name, or its file')
    .argument('[stages...]', 'only these stages and what they need')
    .option('-j, --jobs <n>', 'processor slots; the number of cores unless told otherwise', positive)
    .option('--gpus <n>', 'GPU slots; 1 unless told otherwise', count)
    .option('-f, --force', 'run stages although nothing changed')
    .option('-k, --keep-going', 'after a failure, go on with what does not depend on it')
    .option('-v, --verbose', 'list every stage, however many there are')
    .action(async (pipeline: string | undefined, stages: string[], options: RunOptions) => {
      const { run } = await import('../commands/run.ts');
      process.exitCode = await run(pipeline, stages, options);
    });
};

const addReading = (program: Command): void => {
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

const addOthers = (program: Command): void => {
  program
    .command('logs')
    .description('print what a stage printed when it was executed')
    .argument('<stage>')
    .argument('[pipeline]')
    .action(async (stage: string, pipeline: string | undefined) => {
      const { logs } = await import('../commands/logs.ts');
      process.exitCode = await logs(stage, pipeline);
    });
  program
    .command('stages')
    .description('list the stage types, or show one with its deps, outs and params')
    .argument('[type]')
    .option('--json', 'print JSON on stdout, for programs')
    .action(async (type: string | undefined, options: { json?: boolean }) => {
      const { stages } = await import('../commands/stages.ts');
      process.exitCode = await stages(type, options);
    });
  program
    .command('schema')
    .description("write schemas/pipeline.schema.json with the params of this project's stage types, for editors")
    .action(async () => {
      const { schema } = await import('../commands/schema.ts');
      process.exitCode = await schema();
    });
  program
    .command('init')
    .description('start a project here, with a pipeline that runs')
    .argument('[folder]', 'where', '.')
    .action(async (folder: string) => {
      const { init } = await import('../commands/init.ts');
      process.exitCode = await init(folder);
    });
};

const positive = (text: string): number => numberFrom(text, 1);
const count = (text: string): number => numberFrom(text, 0);

const numberFrom = (text: string, least: number): number => {
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
  throw new CommanderError(2, 'stemma.number', `error: expected a whole number from ${least} on, found "${text}"`);
};
