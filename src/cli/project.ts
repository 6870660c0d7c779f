import type { Command } from 'commander';
import type { FetchOptions } from '../commands/fetch.ts';

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
    .command('fetch')
    .description('download the file of a url, and print the dep to write into a pipeline, with its digest')
    .argument('<url>', 'https://… or http://…; {env.NAME} stands for an environment variable')
    .option(
      '--as <name>',
      'the name under which a stage sees the file; the last part of the path unless told otherwise',
    )
    .option('--token <variable>', 'an environment variable whose value is sent as a bearer token')
    .action(async (url: string, options: FetchOptions) => {
      const { fetch } = await import('../commands/fetch.ts');
      process.exitCode = await fetch(url, options);
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
