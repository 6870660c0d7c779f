import { settingText } from '../load/sweep/cells.ts';
import { runSweep } from '../run/sweep/run-sweep.ts';
import type { Sweep } from '../run/sweep/sweep.ts';
import { createPaint } from '../ui/paint.ts';
import { renderSweep } from '../ui/sweep-view.ts';
import { openPipeline, type PipelineOptions } from './pipeline-options.ts';
import { runVariants } from './run-variants.ts';
import { planSweep, type SweepPlan } from './sweep-plan.ts';
import { columnsOf, useColor } from './terminal.ts';

export interface SweepOptions extends PipelineOptions {
  readonly seeds: number;
  readonly test?: boolean;
  readonly jobs?: number;
}

/** `stemma sweep`: exit code 0, 1 where a cell failed, 2 for the user's mistake, 130 when interrupted. */
export const sweep = async (
  name: string | undefined,
  axes: readonly string[],
  options: SweepOptions,
): Promise<number> => {
  // `stemma sweep train.batch_size=16,64`: the only pipeline, and no name.
  const [asked, given] = name?.includes('=') ? [undefined, [name, ...axes]] : [name, axes];
  const opened = await openPipeline(asked, options);
  if (opened === undefined) return 2;
  const plan = await planSweep(opened, { ...options, axes: given, asked });
  const found = await execute(plan, { ...options, command: commandLine(opened.pipeline.name, given, options) });
  const view = { paint: createPaint({ color: useColor(process.stdout) }), columns: columnsOf(process.stdout) };
  process.stdout.write(options.json ? `${JSON.stringify(found, null, 2)}\n` : renderSweep(found, view));
  return { succeeded: 0, failed: 1, interrupted: 130 }[found.outcome];
};

const execute = (plan: SweepPlan, options: SweepOptions & { readonly command: readonly string[] }): Promise<Sweep> =>
  runVariants(plan, options, {
    runs: plan.seeds.length * plan.cells.length,
    lock: 'sweeps',
    another: 'another sweep',
    run: ({ settings, meter, records }) =>
      runSweep({
        ...{ ...plan, settings, readStageRun: (digest) => records.readStageRun(digest) },
        onStart: (cell, seed) => meter.started(settingText(plan.axes, cell.setting), seed),
        onEnd: (_, done) => meter.ended(done),
      }),
  });

/** What does not change what is found is left out. */
const commandLine = (pipeline: string, axes: readonly string[], options: SweepOptions): string[] => [
  ...['stemma', 'sweep', pipeline, ...axes],
  ...(options.seeds === 1 ? [] : ['--seeds', String(options.seeds)]),
  ...(options.test ? ['--test'] : []),
  ...options.set.flatMap((assignment) => ['--set', assignment]),
  ...(options.backend === undefined ? [] : ['--backend', options.backend]),
];
