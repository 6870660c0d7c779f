import { isDigest } from '../fingerprint/canonical.ts';
import { type RunAccount, runBefore, type StageAccount } from '../lineage/run-account.ts';
import { findProject } from '../load/project.ts';
import type { Workspace } from '../plan/workspace.ts';
import { logFile } from '../run/log-file.ts';
import { renderShow } from '../ui/lineage/show-view.ts';
import { renderStageRun } from '../ui/lineage/stage-run-view.ts';
import { createPaint } from '../ui/paint.ts';
import { openForReading } from './open-for-reading.ts';
import { accountNamed } from './run-argument.ts';
import { stageNamed } from './stage-argument.ts';
import { columnsOf, useColor } from './terminal.ts';

export interface ShowOptions {
  readonly pipeline?: string;
  readonly json?: boolean;
}

/** `stemma show RUN [STAGE]`: all that is recorded of a run, or of one stage of it. */
export const show = async (word: string, stage: string | undefined, options: ShowOptions): Promise<number> => {
  const workspace = openForReading(findProject(process.cwd()));
  const account = await accountNamed(word, workspace, options.pipeline);
  if (account === undefined) return 1;
  const shown = stage === undefined ? undefined : stageNamed(stage, account);
  if (options.json) process.stdout.write(`${JSON.stringify(shown === undefined ? jsonOf(account) : shown, null, 2)}\n`);
  else process.stdout.write(textOf(account, shown, workspace));
  return 0;
};

/** The records as they are written, each stage run under its digest. */
const jsonOf = ({ record, digest, stages }: RunAccount) => ({
  digest,
  record,
  stageRuns: Object.fromEntries(
    stages.flatMap(({ entry, stageRun }) => (stageRun === undefined ? [] : [[entry.stageRun, stageRun]])),
  ),
});

const textOf = (account: RunAccount, stage: StageAccount | undefined, workspace: Workspace): string => {
  const view = { paint: createPaint({ color: useColor(process.stdout) }), columns: columnsOf(process.stdout) };
  if (stage !== undefined) {
    const log = logOf(stage, workspace);
    return renderStageRun({ account, stage, ...(log !== undefined && { log }) }, view);
  }
  const failed = account.stages.filter(({ entry }) => entry.state === 'failed');
  const logs = new Map(
    failed.flatMap((each): [string, string][] => {
      const log = logOf(each, workspace);
      return log === undefined ? [] : [[each.entry.stage, log]];
    }),
  );
  return renderShow({ account, before: runBefore(account, workspace.records), logs }, view);
};

const logOf = ({ stageRun }: StageAccount, { folders, project }: Workspace): string | undefined =>
  isDigest(stageRun?.log) ? logFile(stageRun.log, folders).slice(project.root.length + 1) : undefined;
