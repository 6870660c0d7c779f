import { variantLabel } from '../load/ablation/variants.ts';
import type { Ablation } from '../run/ablation/ablation.ts';
import { runAblation } from '../run/ablation/run-ablation.ts';
import { renderAblation } from '../ui/ablation-view.ts';
import { createPaint } from '../ui/paint.ts';
import { type AblationPlan, planAblation } from './ablation-plan.ts';
import { showRehearsal } from './ablation-rehearsal.ts';
import { openPipeline, type PipelineOptions } from './pipeline-options.ts';
import { runVariants } from './run-variants.ts';
import { columnsOf, useColor } from './terminal.ts';

export interface AblateOptions extends PipelineOptions {
  readonly seeds: number;
  readonly test?: boolean;
  readonly dryRun?: boolean;
  readonly jobs?: number;
}

/**
 * `stemma ablate`: exit code 0, 1 where the pipeline or one of its variants failed, 2 for the user's mistake, 130 when
 * interrupted.
 */
export const ablate = async (
  name: string | undefined,
  steps: readonly string[],
  options: AblateOptions,
): Promise<number> => {
  const opened = await openPipeline(name, options);
  if (opened === undefined) return 2;
  const plan = await planAblation(opened, { ...options, steps, asked: name });
  if (options.dryRun) return showRehearsal(plan, options);
  const ablation = await execute(plan, { ...options, command: commandLine(opened.pipeline.name, steps, options) });
  if (options.json) process.stdout.write(`${JSON.stringify(ablation, null, 2)}\n`);
  else process.stdout.write(renderAblation(ablation, viewOf(process.stdout)));
  return { succeeded: 0, failed: 1, interrupted: 130 }[ablation.outcome];
};

const viewOf = (stream: NodeJS.WriteStream) => ({
  paint: createPaint({ color: useColor(stream) }),
  columns: columnsOf(stream),
});

const execute = (
  plan: AblationPlan,
  options: AblateOptions & { readonly command: readonly string[] },
): Promise<Ablation> =>
  runVariants(plan, options, {
    runs: plan.seeds.length * (plan.variants.length + 1),
    lock: 'ablations',
    another: 'another ablation',
    run: ({ settings, meter }) =>
      runAblation({
        ...{ ...plan, settings },
        onStart: (variant, seed) => meter.started(variantLabel(variant), seed),
        onEnd: (_, done) => meter.ended(done),
      }),
  });

/** What does not change what is found is left out. */
const commandLine = (pipeline: string, steps: readonly string[], options: AblateOptions): string[] => [
  ...['stemma', 'ablate', pipeline, ...steps],
  ...(options.seeds === 1 ? [] : ['--seeds', String(options.seeds)]),
  ...(options.test ? ['--test'] : []),
  ...options.set.flatMap((assignment) => ['--set', assignment]),
  ...(options.backend === undefined ? [] : ['--backend', options.backend]),
];
