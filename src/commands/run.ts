import { availableParallelism } from 'node:os';
import { runPipeline } from '../run/run-pipeline.ts';
import type { Project } from '../types/pipeline.ts';
import { createReporter, type Reporter } from '../ui/reporter.ts';
import { exitCodeOf, interruptible } from './interrupt.ts';
import type { LiveSink } from './live-lineage.ts';
import { checkStages, openPipeline, type PipelineOptions } from './pipeline-options.ts';
import { writeRunPage } from './run-page.ts';
import { refreshPipelineSchema } from './schema.ts';
import { isLive, useColor } from './terminal.ts';

export interface RunOptions extends PipelineOptions {
  readonly jobs?: number;
  readonly gpus?: number;
  readonly force?: boolean;
  readonly keepGoing?: boolean;
  readonly verbose?: boolean;
  /** Where OpenLineage events go: a file or an address. */
  readonly openlineage?: string;
  /** Address of an MLflow server that is told of the run. */
  readonly mlflow?: string;
}

/** `stemma run`: exit code 0, 1 where a stage failed or the gate refused, 2 for the user's mistake, 130 when interrupted. */
export const run = async (
  name: string | undefined,
  targets: readonly string[],
  options: RunOptions,
): Promise<number> => {
  const opened = await openPipeline(name, options);
  if (opened === undefined) return 2;
  checkStages(opened.pipeline, targets);
  await refreshPipelineSchema(opened.project);
  const live = await liveSinksFor(options, opened.project);
  const reporter = reporterFor(options);
  const interrupt = interruptible();
  try {
    const { record, published } = await runPipeline({
      ...opened,
      targets,
      force: options.force ?? false,
      keepGoing: options.keepGoing ?? false,
      jobs: options.jobs ?? availableParallelism(),
      ...(options.gpus !== undefined && { gpus: options.gpus }),
      environment: process.env,
      command: commandLine(opened.pipeline.name, targets, options),
      set: options.set,
      ...(options.backend !== undefined && { backend: options.backend }),
      signal: interrupt.signal,
      emit: (event) => {
        reporter.event(event);
        for (const sink of live) sink.event(event);
      },
      writePage: (result, workspace) => writeRunPage(result, { ...opened, workspace }),
    });
    return published === 'failed' ? 1 : exitCodeOf(record.outcome);
  } finally {
    reporter.close();
    for (const sink of live) await sink.close();
    interrupt.release();
  }
};

/** Loaded by the runs that want them alone: a no-op pays for every module. */
const liveSinksFor = async ({ openlineage, mlflow }: RunOptions, project: Project): Promise<readonly LiveSink[]> => {
  const sinks: (LiveSink | undefined)[] = [];
  if (openlineage !== undefined || process.env['OPENLINEAGE_URL']) {
    const { openLiveSink } = await import('./live-lineage.ts');
    sinks.push(openLiveSink(openlineage, project));
  }
  if (mlflow !== undefined || process.env['STEMMA_MLFLOW_URL']) {
    const { openMlflowSink } = await import('./live-mlflow.ts');
    sinks.push(openMlflowSink(mlflow, project));
  }
  return sinks.filter((sink) => sink !== undefined);
};

const reporterFor = ({ json, verbose }: RunOptions): Reporter => {
  const stream = json ? process.stdout : process.stderr;
  return createReporter({
    kind: json ? 'json' : isLive(process.stderr) ? 'terminal' : 'plain',
    stream,
    color: useColor(stream),
    now: () => performance.now(),
    listing: verbose ? 'all' : 'short',
    columns: () => process.stderr.columns ?? 80,
    rows: () => process.stderr.rows ?? 24,
  });
};

/** How the run can be repeated: what does not change the outcome (jobs, verbosity) is left out. */
export const commandLine = (pipeline: string, targets: readonly string[], options: RunOptions): string[] => [
  'stemma',
  'run',
  pipeline,
  ...targets,
  ...(options.force ? ['--force'] : []),
  ...options.set.flatMap((assignment) => ['--set', assignment]),
  ...(options.backend === undefined ? [] : ['--backend', options.backend]),
];
