import type { Command } from 'commander';

/** The commands about a project and its parts. */
export const addProject = (program: Command): void => {
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
