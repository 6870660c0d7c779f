import { suggest } from '../diagnostics/suggest.ts';
import type { RunRow } from '../lineage/index/rows.ts';
import { findProject } from '../load/project.ts';
import { renderRuns } from '../ui/lineage/runs-view.ts';
import { createPaint } from '../ui/paint.ts';
import { askIndex } from './ask-index.ts';
import { columnsOf, useColor } from './terminal.ts';
import { UserMistake } from './user-mistake.ts';

export interface RunsOptions {
  readonly limit: number;
  readonly all?: boolean;
  readonly failed?: boolean;
  readonly json?: boolean;
  readonly reindex?: boolean;
}

/** `stemma runs [PIPELINE]`: what was run, the newest at the end, where a terminal's reader looks. */
export const runs = async (pipeline: string | undefined, options: RunsOptions): Promise<number> => {
  const project = findProject(process.cwd());
  const rows = await askIndex(project, (index) => index.runs(), { rebuild: options.reindex ?? false });
  if (pipeline !== undefined) checkPipeline(pipeline, rows);
  const chosen = rows.filter((row) => matches(row, pipeline, options));
  const shown = options.all ? chosen : chosen.slice(-options.limit);
  const view = { paint: createPaint({ color: useColor(process.stdout) }), columns: columnsOf(process.stdout) };
  if (options.json) process.stdout.write(`${JSON.stringify({ count: chosen.length, runs: shown }, null, 2)}\n`);
  else process.stdout.write(renderRuns({ rows: shown, count: chosen.length }, view));
  return 0;
};

const checkPipeline = (pipeline: string, rows: readonly RunRow[]): void => {
  const known = new Set(rows.map((row) => row.pipeline));
  if (!known.has(pipeline))
    throw new UserMistake(`pipeline "${pipeline}" never ran`, suggest(pipeline, known, 'pipelines that ran'));
};

const matches = (row: RunRow, pipeline: string | undefined, { failed }: RunsOptions): boolean =>
  (pipeline === undefined || row.pipeline === pipeline) && (!failed || row.outcome !== 'succeeded');
