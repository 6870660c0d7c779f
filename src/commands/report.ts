import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunAccount } from '../lineage/run-account.ts';
import { type SideBySide, sideBySide } from '../lineage/side-by-side/side-by-side.ts';
import { findProject } from '../load/project.ts';
import { openForReading } from './open-for-reading.ts';
import { accountNamed } from './run-argument.ts';
import { UserMistake } from './user-mistake.ts';

export interface ReportOptions {
  readonly pipeline?: string;
  readonly html?: string;
  readonly json?: boolean;
}

/** `stemma report RUN RUN [RUN…]`: past runs side by side, as one page, or for programs. */
export const report = async (words: readonly string[], options: ReportOptions): Promise<number> => {
  if (words.length < 2)
    throw new UserMistake(
      'two runs or more are compared',
      'name another one; the page of a single run is its `run.html`, and what its model reached is in its `report.html`',
    );
  const workspace = openForReading(findProject(process.cwd()));
  const accounts: RunAccount[] = [];
  for (const word of words) {
    const account = await accountNamed(word, workspace, options.pipeline);
    if (account === undefined) return 1;
    accounts.push(account);
  }
  const { content, folders, project } = workspace;
  const compared = await sideBySide(accounts, { content, beside: join(folders.store, 'compared') });
  if (options.json) process.stdout.write(`${JSON.stringify(jsonOf(compared), null, 2)}\n`);
  if (!options.json || options.html !== undefined)
    await writePage(compared, options.html ?? join(project.root, 'artifacts', 'comparison.html'));
  return 0;
};

const writePage = async (compared: SideBySide, file: string): Promise<void> => {
  const { renderSideBySide } = await import('../ui/side-by-side/page.ts');
  const page = await renderSideBySide(compared);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, page);
  process.stderr.write(`${file}\n`);
};

const jsonOf = ({ runs, differences, metrics }: SideBySide) => ({
  runs: runs.map(({ account: { record, digest }, outs }) => ({
    run: record.run,
    digest,
    pipeline: record.pipeline.name,
    started: record.started,
    ended: record.ended,
    outcome: record.outcome,
    histories: outs.histories.map(({ stage, content }) => ({ stage, history: content })),
    findings: outs.findings.map(({ stage, content }) => ({ stage, ...content })),
    unreadable: outs.unreadable,
  })),
  // JSON has no undefined: what is not there is null.
  differences: differences.map((row) => ({ ...row, values: row.values.map((value) => value ?? null) })),
  metrics: metrics.map((row) => ({ ...row, values: row.values.map((value) => value ?? null) })),
});
