import { join } from 'node:path';
import type { RunAccount } from '../lineage/run-account.ts';
import { readKeptOuts } from '../lineage/side-by-side/kept-outs.ts';
import { type ToldRun, toldRun } from '../lineage/trackers/told-run.ts';
import type { Workspace } from '../plan/workspace.ts';

/** A run with the curves of its trainings, as far as the store has them: what it has not is named on stderr. */
export const toldAccount = async (account: RunAccount, { content, folders }: Workspace): Promise<ToldRun> => {
  const outs = await readKeptOuts(account, { content, beside: join(folders.store, 'told') });
  const missing = outs.unreadable.filter((out) => !/\.(findings|leakage)$/.test(out));
  if (missing.length > 0)
    process.stderr.write(`note: without the curves of ${missing.join(', ')}, which the store no longer has whole\n`);
  return toldRun(account, outs);
};
