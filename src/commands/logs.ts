import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDigest } from '../fingerprint/canonical.ts';
import { openWorkspace, type Workspace } from '../plan/workspace.ts';
import { DamagedContent } from '../store/content.ts';
import type { StageRunRecord } from '../types/generated/stage-run.ts';
import { checkStages, openPipeline } from './pipeline-options.ts';
import { UserMistake } from './user-mistake.ts';

/** `stemma logs STAGE`: what the stage printed in the last run that knows it, executed then or earlier. */
export const logs = async (stage: string, name: string | undefined): Promise<number> => {
  const opened = await openPipeline(name, { set: [] });
  if (opened === undefined) return 2;
  checkStages(opened.pipeline, [stage]);
  const workspace = openWorkspace({ ...opened, environment: {}, notice: (text) => process.stderr.write(`${text}\n`) });
  const record = lastStageRun(workspace, opened.pipeline.name, stage);
  if (record === undefined) throw new UserMistake(`stage "${stage}" has not been executed yet`);
  process.stderr.write(`${stage} ${record.state} in run ${record.run}\n`);
  if (isDigest(record.log)) process.stdout.write(await readLog(workspace, record.log));
  return 0;
};

const readLog = async (workspace: Workspace, log: `sha256:${string}`): Promise<Buffer> => {
  try {
    return await readContent(workspace, log);
  } catch (error) {
    if (!(error instanceof DamagedContent)) throw error;
    const what = error.found === 'nothing' ? 'is no longer in the store: gc has freed it' : 'is damaged in the store';
    throw new UserMistake(`the log ${what}`, '`stemma gc --pin RUN` keeps those of a run');
  }
};

/** The newest record of the stage: runs are looked through from the last one back. */
const lastStageRun = ({ records }: Workspace, pipeline: string, stage: string): StageRunRecord | undefined => {
  for (const run of [...records.listRuns()].reverse()) {
    const record = records.readRun(run);
    if (record?.pipeline.name !== pipeline) continue;
    const digest = record.stages.find((entry) => entry.stage === stage)?.stageRun;
    if (digest !== undefined) return records.readStageRun(digest);
  }
  return undefined;
};

const readContent = async ({ content }: Workspace, digest: `sha256:${string}`): Promise<Buffer> => {
  const folder = mkdtempSync(join(tmpdir(), 'stemma-'));
  try {
    await content.get(digest, join(folder, 'log'));
    return readFileSync(join(folder, 'log'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
