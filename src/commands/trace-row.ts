import type { Digest } from '../fingerprint/canonical.ts';
import type { LineageIndex } from '../lineage/index/lineage-index.ts';
import type { IndexSource } from '../lineage/index/source.ts';
import { reportRow } from '../lineage/rows/row-report.ts';
import { isTabular, tabularOuts } from '../lineage/rows/tabular-outs.ts';
import type { Target } from '../lineage/target/target.ts';
import type { Workspace } from '../plan/workspace.ts';
import { findRow } from '../run/find-row.ts';
import type { RowAnswer } from '../types/row-program.ts';
import { renderRow } from '../ui/lineage/row-view.ts';
import { createPaint } from '../ui/paint.ts';
import { interruptible } from './interrupt.ts';
import { columnsOf, useColor } from './terminal.ts';
import { UserMistake } from './user-mistake.ts';

/** Whether a text can be an example's id or the beginning of one; `certain` where it can be nothing else. */
export const rowIdIn = (text: string): { readonly certain: boolean } | undefined => {
  if (/^[0-9a-f]{8,32}-\d+(\+\d+)?$/.test(text)) return { certain: true };
  return /^[0-9a-f]{8,32}$/.test(text) ? { certain: false } : undefined;
};

export interface RowTraceOptions {
  readonly pipeline?: string;
  readonly run?: string;
  readonly json?: boolean;
  readonly up?: boolean;
  readonly down?: boolean;
  readonly format: string;
}

export interface RowSearch {
  readonly workspace: Workspace;
  readonly index: LineageIndex;
  readonly source: IndexSource;
  readonly options: RowTraceOptions;
}

/** Where to look: stage runs of one run, and what people call it. */
interface Place {
  readonly pipeline: string;
  readonly run: string;
  readonly stageRuns: readonly number[];
}

/** `stemma trace ID`: in the newest run of each pipeline. Exit code 1 where none has such a row. */
export const traceId = async (id: string, search: RowSearch): Promise<number> => {
  let none = `no run has rows with ids`;
  for (const place of placesOf(search)) {
    const found = await look({ id }, place, search);
    if (found.type !== 'none') return tell(found, id);
    none = found.message;
  }
  process.stderr.write(`${none}\nhint: \`--run\` looks in an older run\n`);
  return 1;
};

/** `stemma trace STAGE.OUT --row N`. */
export const traceRow = async (
  { target, text }: { readonly target: Target; readonly text: string },
  row: number,
  search: RowSearch,
): Promise<number> => {
  const table = search.index.stageRuns();
  const [number] = target.madeBy;
  const made = number === undefined ? undefined : table.get(number);
  const out = made?.outs.find(({ digest }) => digest === target.digest);
  if (number === undefined || made === undefined || out === undefined || !isTabular(out))
    throw new UserMistake(
      `${text} is no data set or table that a stage made`,
      'name an out, as `evaluate.predictions`',
    );
  const asked = { stage: made.stage, out: out.name, row };
  const { pipeline } = made;
  const run = search.options.run ?? made.run;
  const found = await look(asked, { pipeline, run, stageRuns: [number, ...stageRunsOf(run, search)] }, search);
  if (found.type === 'none') throw new UserMistake(found.message);
  return tell(found, text);
};

/** The newest run of each pipeline, the newest first; or the one that is asked for. */
const placesOf = (search: RowSearch): Place[] => {
  const { index, options } = search;
  const { pipeline, run } = options;
  const rows = [...index.runs()].reverse().filter((row) => pipeline === undefined || row.pipeline === pipeline);
  const seen = new Set<string>();
  const chosen = rows.filter((row) => {
    if (run !== undefined) return row.run === run;
    if (seen.has(row.pipeline)) return false;
    seen.add(row.pipeline);
    return true;
  });
  if (chosen.length === 0 && run !== undefined)
    throw new UserMistake(`there is no run "${run}"`, '`stemma runs` lists them');
  return chosen.map((row) => ({ pipeline: row.pipeline, run: row.run, stageRuns: stageRunsOf(row.run, search) }));
};

const stageRunsOf = (run: string, { index, workspace }: RowSearch): number[] => {
  const stages = workspace.records.readRun(run)?.stages ?? [];
  const table = index.stageRuns();
  return stages.flatMap(({ stageRun }) => (stageRun === undefined ? [] : (table.find(stageRun as Digest) ?? [])));
};

type Found = Exclude<RowAnswer, { type: 'found' }> | { readonly type: 'shown'; readonly text: string };

const look = async (
  asked: Parameters<typeof findRow>[0]['asked'],
  { stageRuns: from, ...place }: Place,
  { workspace, index, source, options }: RowSearch,
): Promise<Found> => {
  if (options.up || options.down || options.format !== 'text')
    throw new UserMistake('the way of a row is one list', 'leave out --up, --down and --format');
  const table = index.stageRuns();
  const { store } = workspace.folders;
  const { outs, stageRuns, freed } = tabularOuts(from, { table, source, store, pipeline: place.pipeline });
  if (freed.length > 0) process.stderr.write(`note: the store no longer has ${freed.join(', ')}: not looked at\n`);
  const interrupt = interruptible();
  try {
    const answer = await findRow({ asked, outs }, { environment: process.env, signal: interrupt.signal });
    if (answer.type !== 'found') return answer;
    const report = reportRow(answer, { ...place, stageRuns: stageRuns.map((each) => table.get(each)), source });
    if (options.json) return { type: 'shown', text: `${JSON.stringify(report, null, 2)}\n` };
    const look = { paint: createPaint({ color: useColor(process.stdout) }), columns: columnsOf(process.stdout) };
    return { type: 'shown', text: renderRow(report, look) };
  } finally {
    interrupt.release();
  }
};

const tell = (found: Exclude<Found, { type: 'none' }>, text: string): number => {
  switch (found.type) {
    case 'shown':
      process.stdout.write(found.text);
      return 0;
    case 'several':
      throw new UserMistake(
        `${text} is the beginning of several ids`,
        ['name more of one of', ...found.ids].join('\n  '),
      );
    case 'failed':
      process.stderr.write(`error: ${found.message}\n${found.hint === undefined ? '' : `hint: ${found.hint}\n`}`);
      return 1;
  }
};
