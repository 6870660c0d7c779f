import { readFileSync, writeFileSync } from 'node:fs';
import type { StageContext } from 'stemma/stage';

// A stage type of your own: stage.json declares it, this file executes it. Nothing to register.
// Edit either, or a file imported here, and the stages that use it run again.

export const run = ({ deps, outs, params, summarize }: StageContext<{ column: string }>): void => {
  const [header = '', ...rows] = readFileSync(deps.table!, 'utf8').trimEnd().split('\n');
  const at = header.split(',').indexOf(params.column);
  if (at === -1) throw new Error(`the table has no column "${params.column}"; its columns: ${header}`);
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const value = row.split(',')[at] ?? '';
    counts[value] = (counts[value] ?? 0) + 1;
  }
  writeFileSync(outs.counts!, `${JSON.stringify(counts, null, 2)}\n`);
  summarize(`${rows.length} rows, ${Object.keys(counts).length} values of ${params.column}`);
};
