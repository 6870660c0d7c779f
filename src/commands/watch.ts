import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { loadPipeline, pipelinePath } from '../load/load-pipeline.ts';
import { findProject } from '../load/project.ts';
import { runPipeline } from '../run/run-pipeline.ts';
import { createSpare, type Spare } from '../run/spare.ts';
import type { Diagnostic } from '../types/diagnostic.ts';
import type { Project } from '../types/pipeline.ts';
import { createWatchReporter, type WatchReporter } from '../ui/watch/watch-reporter.ts';
import type { OneRun } from '../watch/request.ts';
import { watchPipeline } from '../watch/watch-pipeline.ts';
import { interruptible } from './interrupt.ts';
import { listenToKeys } from './keys.ts';
import { checkStages, pipelineFileOf } from './pipeline-options.ts';
import { commandLine, type RunOptions } from './run.ts';
import { writeRunPage } from './run-page.ts';
import { refreshPipelineSchema } from './schema.ts';
import { tellDiagnostics } from './tell-diagnostics.ts';
import { isLive, useColor } from './terminal.ts';
import { watchLimit } from './watch-limit.ts';

export interface WatchOptions extends Omit<RunOptions, 'force'> {
  /** Seconds, or true for the usual number of them. */
  readonly poll?: number | true;
}

/** Seconds between two looks where files are polled. */
const usualPoll = 2;

/** `stemma watch`: runs at the start and after each change. Exit code 130 when interrupted, 0 when it is told to quit. */
export const watch = async (
  name: string | undefined,
  targets: readonly string[],
  options: WatchOptions,
): Promise<number> => {
  const project = findProject(process.cwd());
  const asked = pipelineFileOf(project, name);
  const load = () => loadPipeline({ project, file: asked, set: options.set, backend: options.backend });
  const first = await load();
  const file = pipelinePath(project, asked);
  if (first.ok) checkStages(first.pipeline, targets);
  else if (file === undefined || first.diagnostics.some(isOfCommandLine)) {
    tellDiagnostics(first.diagnostics, options);
    return 2;
  }
  const interrupt = interruptible();
  const quit = new AbortController();
  const reporter = reporterFor(options);
  const spare = createSpare(join(project.artifacts, '.store'));
  const poll = options.poll === true ? usualPoll : options.poll;
  const watching = watchPipeline({
    project,
    file: file!,
    targets,
    environment: process.env,
    load,
    prepare: () => refreshPipelineSchema(project),
    run: (one) => runOnce(one, { project, targets, options, spare }),
    emit: reporter.event,
    spare,
    ...(poll !== undefined && { poll }),
    signal: AbortSignal.any([interrupt.signal, quit.signal]),
  });
  const keys = listenToKeys(process.stdin, {
    again: watching.again,
    quit: () => quit.abort(),
    interrupt: () => process.kill(process.pid, 'SIGINT'),
  });
  try {
    await watching.done;
    return interrupt.signal.aborted ? 130 : 0;
  } catch (error) {
    throw watchLimit(error) ?? error;
  } finally {
    keys.release();
    reporter.close();
    interrupt.release();
  }
};

/** A mistake in the pipeline can be mended while it is watched; one on the command line cannot. */
const isOfCommandLine = ({ code }: Diagnostic): boolean =>
  ['pipeline-not-found', 'bad-set', 'unknown-backend'].includes(code);

const runOnce = (
  { pipeline, steering, signal, emit }: OneRun,
  what: {
    readonly project: Project;
    readonly targets: readonly string[];
    readonly options: WatchOptions;
    readonly spare: Spare;
  },
) => {
  const { project, targets, options, spare } = what;
  return runPipeline({
    project,
    pipeline,
    targets,
    force: false,
    keepGoing: options.keepGoing ?? false,
    jobs: options.jobs ?? availableParallelism(),
    ...(options.gpus !== undefined && { gpus: options.gpus }),
    environment: process.env,
    command: commandLine(pipeline.name, targets, options),
    set: options.set,
    ...(options.backend !== undefined && { backend: options.backend }),
    signal,
    emit,
    writePage: (result, workspace) => writeRunPage(result, { project, pipeline, workspace }),
    steering,
    spare,
  });
};

const reporterFor = ({ json, verbose }: WatchOptions): WatchReporter => {
  const stream = json ? process.stdout : process.stderr;
  const live = isLive(process.stderr);
  return createWatchReporter({
    kind: json ? 'json' : live ? 'terminal' : 'plain',
    stream,
    color: useColor(stream),
    now: () => performance.now(),
    listing: verbose ? 'all' : 'short',
    // A terminal that does not know its size says 0.
    columns: () => process.stderr.columns || 80,
    rows: () => process.stderr.rows || 24,
    keys: live && process.stdin.isTTY === true ? 'keys' : 'no keys',
  });
};
