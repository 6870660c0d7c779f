import { type Command, Option } from 'commander';
import type { PredictOptions } from '../commands/predict.ts';
import type { ServeOptions } from '../commands/serve.ts';
import { count, positive } from './options.ts';

/** The commands that use a model. */
export const addServing = (program: Command): void => {
  program
    .command('predict')
    .description('answer raw rows with a model: of files, or of standard input')
    .argument('<model>', "a model's folder, or a pipeline")
    .argument('[files...]', 'CSV, TSV, JSON, JSON lines, Parquet, Arrow, or images; "-" is standard input')
    .option('--format <format>', 'of the files, if their names do not say it', 'auto')
    .addOption(
      new Option('--to <format>', 'what the answers are written as').choices(['jsonl', 'csv']).default('jsonl'),
    )
    .option('-o, --out <file>', 'where the answers go; standard output unless told otherwise')
    .option('--skip-bad', 'answer good rows although others are bad')
    .option('--allow-unknown', 'answer rows with a label that train did not have, as evaluate does')
    .option('--threshold <[name=]number>', 'from which probability on a class, or a label, is taken', each, [])
    .option('--evaluation <file>', 'an evaluation.json whose thresholds are taken, where several judged the model')
    .addOption(onBackend())
    .action(async (model: string, files: string[], options: PredictOptions) => {
      const { predict } = await import('../commands/predict.ts');
      process.exitCode = await predict(model, files, options);
    });
  program
    .command('serve')
    .description('answer raw rows with a model over HTTP, until it is told to stop')
    .argument('<model>', "a model's folder, or a pipeline")
    .option('--port <n>', '0: a free one', count, 8080)
    .option(
      '--host <address>',
      'the address to listen on; others than 127.0.0.1 are reached from elsewhere',
      '127.0.0.1',
    )
    .option('--max-body <bytes>', 'of a request', positive, 8 * 1024 ** 2)
    .option('--max-rows <n>', 'of a request', positive, 1_000)
    .option('--timeout <seconds>', 'in which a request has to arrive', positive, 30)
    .option('--allow-unknown', 'answer rows with a label that train did not have, as evaluate does')
    .option('--threshold <[name=]number>', 'from which probability on a class, or a label, is taken', each, [])
    .option('--evaluation <file>', 'an evaluation.json whose thresholds are taken, where several judged the model')
    .addOption(onBackend())
    .action(async (model: string, options: ServeOptions) => {
      const { serve } = await import('../commands/serve.ts');
      process.exitCode = await serve(model, options);
    });
};

/** An option that may be given more than once. */
const each = (value: string, before: readonly string[]): readonly string[] => [...before, value];

const onBackend = (): Option =>
  new Option('--backend <name>', 'insist on a backend').choices(['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu']);
