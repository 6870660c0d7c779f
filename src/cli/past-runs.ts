import { type Command, Option } from 'commander';
import type { CheckoutOptions } from '../commands/checkout.ts';
import type { DiffOptions } from '../commands/diff.ts';
import type { MetricsOptions } from '../commands/metrics.ts';
import type { ReportOptions } from '../commands/report.ts';
import type { ShowOptions } from '../commands/show.ts';
import { collect, positive } from './options.ts';

/** The commands about single runs of the past, and what became of the metrics over them. */
export const addPastRuns = (program: Command): void => {
  addShow(program);
  addDiff(program);
  addReport(program);
  addMetrics(program);
  addCheckout(program);
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

const addDiff = (program: Command): void => {
  program
    .command('diff')
    .description('say what changed from one run to another, and what it did to the metrics')
    .argument('<before>', 'a run, as for `show`')
    .argument('<after>', 'another run')
    .option(...ofPipeline)
    .option(...asJson)
    .action(async (before: string, after: string, options: DiffOptions) => {
      const { diff } = await import('../commands/diff.ts');
      process.exitCode = await diff(before, after, options);
    });
};

const addReport = (program: Command): void => {
  program
    .command('report')
    .description('set past runs side by side on one page: what differs, metrics, curves, findings')
    .argument('<runs...>', 'two runs or more, as for `show`; the others are held against the first')
    .option(...ofPipeline)
    .option('--html <file>', 'where the page is written; artifacts/comparison.html unless told otherwise')
    .option('--json', 'print JSON on stdout, for programs; no page unless --html names one')
    .action(async (runs: string[], options: ReportOptions) => {
      const { report } = await import('../commands/report.ts');
      process.exitCode = await report(runs, options);
    });
};

const addCheckout = (program: Command): void => {
  program
    .command('checkout')
    .description('put the outs of a past run back into the workspace; the next run knows')
    .argument('<run>', 'a run, as for `show`')
    .argument('[stages...]', 'only these stages')
    .option(...ofPipeline)
    .option('-f, --force', 'overwrite outs that were edited')
    .option(...asJson)
    .action(async (run: string, stages: string[], options: CheckoutOptions) => {
      const { checkout } = await import('../commands/checkout.ts');
      process.exitCode = await checkout(run, stages, options);
    });
};

const addMetrics = (program: Command): void => {
  program
    .command('metrics')
    .description('show metrics over the runs of a pipeline')
    .argument('[pipeline]')
    .option('--metric <name>', 'a metric; may be given several times', collect, [])
    .option('--stage <name>', 'only metrics of this stage')
    .option('--last <n>', 'only the newest runs', positive)
    .option('--html <file>', 'write a page too')
    .option('--ascii', 'draw with plain characters')
    .addOption(new Option(...asJson).conflicts('csv'))
    .option('--csv', 'print CSV on stdout, a line a value')
    .action(async (pipeline: string | undefined, options: MetricsOptions) => {
      const { metrics } = await import('../commands/metrics.ts');
      process.exitCode = await metrics(pipeline, options);
    });
};
