import { type PlannedStage, planPipeline } from '../plan/plan.ts';
import { createPaint } from '../ui/paint.ts';
import { renderPlan } from '../ui/plan-view.ts';
import { openForPlanning } from './open-for-reading.ts';
import { checkStages, type OpenedPipeline, openPipeline, type PipelineOptions } from './pipeline-options.ts';
import { columnsOf, useColor } from './terminal.ts';

/** `stemma plan`: what a run would do, and why. */
export const plan = async (
  name: string | undefined,
  targets: readonly string[],
  options: PipelineOptions & { readonly force?: boolean },
): Promise<number> => {
  const opened = await openPipeline(name, options);
  if (opened === undefined) return 2;
  checkStages(opened.pipeline, targets);
  const stages = await planNow(opened, { targets, force: options.force ?? false });
  if (options.json) process.stdout.write(`${JSON.stringify({ pipeline: opened.pipeline.name, stages }, null, 2)}\n`);
  else process.stdout.write(showPlan(opened.pipeline.name, stages));
  return stages.some(({ decision }) => decision === 'blocked') ? 2 : 0;
};

export const planNow = async (
  opened: OpenedPipeline,
  what: { readonly targets: readonly string[]; readonly force: boolean },
): Promise<PlannedStage[]> => {
  const workspace = openForPlanning(opened.project);
  const stages = await planPipeline({ ...opened, ...what, workspace });
  workspace.statCache.save();
  return stages;
};

export const showPlan = (pipeline: string, stages: readonly PlannedStage[]): string => {
  const paint = createPaint({ color: useColor(process.stdout) });
  return renderPlan({ pipeline, stages }, { paint, columns: columnsOf(process.stdout), listing: 'short' });
};
