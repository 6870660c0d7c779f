import type { LineageIndex } from '../lineage/index/lineage-index.ts';
import type { IndexSource } from '../lineage/index/source.ts';
import { provOf } from '../lineage/prov.ts';
import { findTarget } from '../lineage/target/find-target.ts';
import type { NotFound, Target } from '../lineage/target/target.ts';
import { reportTrace, type TraceReport } from '../lineage/trace-report.ts';
import { findProject } from '../load/project.ts';
import type { Workspace } from '../plan/workspace.ts';
import { plural } from '../ui/format.ts';
import { renderGraph } from '../ui/graph/render.ts';
import { traceGraph } from '../ui/lineage/trace-graph.ts';
import { renderTrace } from '../ui/lineage/trace-view.ts';
import { createPaint } from '../ui/paint.ts';
import { printable } from '../ui/text.ts';
import { askIndex } from './ask-index.ts';
import { openForReading } from './open-for-reading.ts';
import { columnsOf, useColor } from './terminal.ts';
import { rowIdIn, traceId, traceRow } from './trace-row.ts';
import { UserMistake } from './user-mistake.ts';

export interface TraceOptions {
  readonly up?: boolean;
  readonly down?: boolean;
  readonly pipeline?: string;
  readonly run?: string;
  readonly all?: boolean;
  readonly json?: boolean;
  /** A row of the data set or table, from 1. */
  readonly row?: number;
  readonly format: 'text' | 'mermaid' | 'dot';
}

/** `stemma trace TARGET`: exit code 1 where no run has seen it. */
export const trace = async (text: string, options: TraceOptions): Promise<number> => {
  const workspace = openForReading(findProject(process.cwd()));
  const exitCode = await askIndex(workspace.project, async (index, source) => {
    const asked = { index, source, options };
    const rowSearch = { ...asked, workspace };
    const id = options.row === undefined ? rowIdIn(text) : undefined;
    if (id?.certain) return traceId(text, rowSearch);
    const target = await findTarget(text, searchOf(workspace, asked));
    if ('problem' in target) return id === undefined ? tellNotFound(target) : traceId(text, rowSearch);
    if (options.row !== undefined) return traceRow({ target, text }, options.row, rowSearch);
    process.stdout.write(await show(reportOf(target, asked), options));
    return 0;
  });
  workspace.statCache.save();
  return exitCode;
};

interface Asked {
  readonly index: LineageIndex;
  readonly source: IndexSource;
  readonly options: TraceOptions;
}

const searchOf = (
  { project, records, statCache }: Workspace,
  { index, source, options: { pipeline, run } }: Asked,
) => ({
  index,
  source,
  records,
  statCache,
  root: project.root,
  cwd: process.cwd(),
  ...(pipeline !== undefined && { pipeline }),
  ...(run !== undefined && { run }),
});

const reportOf = (target: Target, { index, source, options }: Asked): TraceReport =>
  reportTrace(target, {
    table: index.stageRuns(),
    readStageRun: source.readStageRun,
    readManifest: source.readManifest,
    directions: directionsOf(options),
    limits: options.all || options.json ? noLimits : { stageRuns: 40, models: 10, files: 6 },
  });

const noLimits = { stageRuns: Infinity, models: Infinity, files: Infinity };

const directionsOf = ({ up, down }: TraceOptions): readonly ('up' | 'down')[] =>
  up === down ? ['up', 'down'] : up ? ['up'] : ['down'];

const tellNotFound = ({ problem, ...said }: NotFound): number => {
  const message = printable(said.message);
  const hint = said.hint === undefined ? undefined : printable(said.hint);
  if (problem === 'mistake') throw new UserMistake(message, hint);
  process.stderr.write(`${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`);
  return 1;
};

const show = (report: TraceReport, { json, format }: TraceOptions): Promise<string> | string => {
  if (json) return `${JSON.stringify(provOf(report), null, 2)}\n`;
  if (format === 'text')
    return renderTrace(report, {
      paint: createPaint({ color: useColor(process.stdout) }),
      columns: columnsOf(process.stdout),
    });
  const hidden = [report.up, report.down].reduce((sum, side) => sum + (side ? side.count - side.shown.size : 0), 0);
  if (hidden > 0) process.stderr.write(`note: ${plural(hidden, 'stage run')} not drawn (--all)\n`);
  return renderGraph(traceGraph(report), format);
};
