import { join, relative, resolve } from 'node:path';
import { replaceFile } from '../fingerprint/replace-file.ts';
import type { RunAccount } from '../lineage/run-account.ts';
import { offlineRun } from '../lineage/trackers/wandb/run-folder.ts';
import type { Workspace } from '../plan/workspace.ts';
import { toldAccount } from './told-account.ts';
import { makeFolders } from './tracker-folders.ts';

/** Writes a run as an offline run of Weights & Biases; the same run again replaces its file with the same bytes. */
export const exportWandb = async (
  account: RunAccount,
  workspace: Workspace,
  { out = 'wandb' }: { readonly out?: string },
): Promise<number> => {
  const { folder, file, bytes } = offlineRun(await toldAccount(account, workspace));
  const target = join(resolve(out), folder);
  makeFolders(out, [folder]);
  replaceFile(join(target, file), bytes);
  process.stderr.write(`wrote ${relative(process.cwd(), target)}\nhint: \`wandb sync\` with this folder uploads it\n`);
  return 0;
};
