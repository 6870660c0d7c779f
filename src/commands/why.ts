import { explainStage } from '../plan/explain.ts';
import { createPaint } from '../ui/paint.ts';
import { renderWhy } from '../ui/why-view.ts';
import { openForPlanning } from './open-for-reading.ts';
import { checkStages, openPipeline, type PipelineOptions } from './pipeline-options.ts';
import { columnsOf, useColor } from './terminal.ts';

/** `stemma why STAGE`: the difference between its fingerprint now and that of the outs it made last. */
export const why = async (stage: string, name: string | undefined, options: PipelineOptions): Promise<number> => {
  const opened = await openPipeline(name, options);
  if (opened === undefined) return 2;
  checkStages(opened.pipeline, [stage]);
  const workspace = openForPlanning(opened.project);
  const explained = await explainStage(stage, { ...opened, workspace });
  workspace.statCache.save();
  if (options.json) process.stdout.write(`${JSON.stringify(explained, null, 2)}\n`);
  else {
    const { planned, changes } = explained;
    const state = [planned.decision, ...planned.because].join(': ').replace(': ', ', ');
    const paint = createPaint({ color: useColor(process.stdout) });
    process.stdout.write(renderWhy({ stage, state, changes }, { paint, columns: columnsOf(process.stdout) }));
  }
  return explained.planned.decision === 'blocked' ? 2 : 0;
};
