import { openPipeline, type PipelineOptions } from './pipeline-options.ts';
import { planNow, showPlan } from './plan.ts';

/** `stemma status`: what is up to date, and what is not. */
export const status = async (name: string | undefined, options: PipelineOptions): Promise<number> => {
  const opened = await openPipeline(name, options);
  if (opened === undefined) return 2;
  const stages = await planNow(opened, { targets: [], force: false });
  const isCurrent = stages.every(({ decision }) => decision === 'up to date');
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ pipeline: opened.pipeline.name, upToDate: isCurrent, stages }, null, 2)}\n`,
    );
  else process.stdout.write(showPlan(opened.pipeline.name, stages));
  return 0;
};
