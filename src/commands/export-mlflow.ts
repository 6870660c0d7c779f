import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { replaceFile, temporaryName } from '../fingerprint/replace-file.ts';
import type { RunAccount } from '../lineage/run-account.ts';
import { type MlflowRun, mlflowRun } from '../lineage/trackers/mlflow/entities.ts';
import { type StoredRun, storedRun } from '../lineage/trackers/mlflow/file-store.ts';
import { sayWhy } from '../lineage/trackers/mlflow/say-why.ts';
import { sendRun } from '../lineage/trackers/mlflow/send.ts';
import type { Workspace } from '../plan/workspace.ts';
import { mlflowServer, nameOf } from './mlflow-settings.ts';
import { toldAccount } from './told-account.ts';
import { makeFolders } from './tracker-folders.ts';
import { UserMistake } from './user-mistake.ts';

export interface MlflowOptions {
  readonly out?: string;
  readonly to?: string;
}

/** Writes a run into a folder of MLflow's file store, or sends it to a server: exit code 1 where that did not take it. */
export const exportMlflow = async (
  account: RunAccount,
  workspace: Workspace,
  { out, to }: MlflowOptions,
): Promise<number> => {
  if (out !== undefined && to !== undefined)
    throw new UserMistake('--out and --to are two places', 'export twice: into a folder, and to a server');
  const server = to === undefined ? undefined : mlflowServer(to, '--to', process.env);
  const told = await toldAccount(account, workspace);
  const run = mlflowRun(told);
  tellCut(run);
  if (server === undefined) return writeRun(storedRun(run, told.id), out ?? 'mlruns');
  try {
    const sending = { server, record: account.digest, signal: AbortSignal.timeout(patience) };
    const { what, experimentId, runId } = await sendRun(run, sending);
    process.stderr.write(`${what}: run ${runId} of experiment ${experimentId} at ${nameOf(server)}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`error: the run did not reach ${nameOf(server)}: ${sayWhy(error)}\n`);
    return 1;
  }
};

// Who asked for it waits for it: a server that is far away may be slow.
const patience = 60_000;

export const tellCut = ({ cut }: MlflowRun): void => {
  if (cut.length > 0) process.stderr.write(`note: cut to the length that MLflow takes: ${cut.join(', ')}\n`);
};

/** The run's folder is put there whole, in the place of what an earlier export has left. */
const writeRun = ({ experiment, experimentMeta, run, files }: StoredRun, out: string): number => {
  makeFolders(out, [experiment]);
  const folder = resolve(out, experiment);
  const target = join(folder, run);
  checkOurs(target, run, relative(process.cwd(), target));
  const meta = join(folder, 'meta.yaml');
  // Its own name and tags may have been given to it since.
  if (!existsSync(meta)) replaceFile(meta, experimentMeta);
  const temporary = temporaryName(target);
  try {
    for (const empty of ['artifacts', 'metrics', 'params', 'tags'])
      mkdirSync(join(temporary, empty), { recursive: true });
    for (const [path, text] of files) {
      mkdirSync(dirname(join(temporary, path)), { recursive: true });
      writeFileSync(join(temporary, path), text);
    }
    rmSync(target, { recursive: true, force: true });
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  process.stderr.write(`wrote ${relative(process.cwd(), target)}\n`);
  return 0;
};

/** What stands in the run's place is removed, so it has to be that run. */
const checkOurs = (target: string, run: string, shown: string): void => {
  const stat = lstatSync(target, { throwIfNoEntry: false });
  if (stat === undefined) return;
  const meta = join(target, 'meta.yaml');
  const ours = stat.isDirectory() && existsSync(meta) && readFileSync(meta, 'utf8').includes(`run_id: "${run}"`);
  if (!ours) throw new UserMistake(`${shown} exists, and is not this run`, 'name another folder with --out');
};
