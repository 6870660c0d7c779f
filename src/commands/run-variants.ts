import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openWorkspace } from '../plan/workspace.ts';
import type { RunSettings } from '../run/variants/run-variant.ts';
import { withLock } from '../store/lock.ts';
import type { Records } from '../store/records.ts';
import type { Pipeline, Project } from '../types/pipeline.ts';
import { interruptible } from './interrupt.ts';
import { variantsMeter } from './variants-meter.ts';

interface Compared {
  readonly project: Project;
  readonly pipeline: Pipeline;
  /** Stages that each variant is run to. */
  readonly targets: readonly string[];
}

interface Asked {
  readonly jobs?: number;
  readonly json?: boolean;
  readonly command: readonly string[];
}

interface Comparison<Outcome> {
  /** How many runs there will be. */
  readonly runs: number;
  /** Folder of the locks on comparisons of this kind, and what people call another one. */
  readonly lock: string;
  readonly another: string;
  readonly run: (tools: {
    readonly settings: RunSettings;
    readonly meter: ReturnType<typeof variantsMeter>;
    readonly records: Records;
  }) => Promise<Outcome>;
}

/** Runs variants of a pipeline, with a meter on stderr; Ctrl-C ends them. One comparison of a kind at a time. */
export const runVariants = async <Outcome>(
  { project, pipeline, targets }: Compared,
  { jobs, json, command }: Asked,
  { runs, lock, another, run }: Comparison<Outcome>,
): Promise<Outcome> => {
  const meter = variantsMeter({ json: json ?? false, runs });
  const interrupt = interruptible();
  const settings = {
    ...{ project, targets, backend: pipeline.backend, command },
    ...{ jobs: jobs ?? availableParallelism(), environment: process.env },
    ...{ signal: interrupt.signal, emit: meter.event },
  };
  const { locks, records } = openWorkspace({ project, environment: process.env, notice: meter.notice });
  const onWait = (holder: number) => meter.notice(`waiting for ${another} of this pipeline (process ${holder})`);
  try {
    // Two at once would write each other's pipelines.
    return await withLock(join(locks.folder, lock, pipeline.name), () => run({ settings, meter, records }), {
      onWait,
      signal: interrupt.signal,
    });
  } finally {
    meter.close();
    interrupt.release();
  }
};
