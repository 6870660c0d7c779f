import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rememberPlaced } from '../fingerprint/digest-path.ts';
import { temporaryName } from '../fingerprint/replace-file.ts';
import type { RunAccount, StageAccount } from '../lineage/run-account.ts';
import type { Workspace } from '../plan/workspace.ts';
import { type CopyMethod, DamagedContent } from '../store/content.ts';
import { Interrupted, withLock } from '../store/lock.ts';
import { type PlacedTree, placeTree, swap } from '../store/tree.ts';
import { editedOuts, type LostContent, lostContent, standsAlready } from './checkout-checks.ts';
import { type CheckoutTarget, targetsOf } from './checkout-targets.ts';
import { clearLeftovers } from './leftovers.ts';
import { refuseLinks } from './link-on-the-way.ts';
import { clearStale, removeFormer, writeState } from './place.ts';

export interface CheckoutRequest {
  readonly workspace: Workspace;
  readonly account: RunAccount;
  /** The stages whose outs are wanted; all have some. */
  readonly stages: readonly StageAccount[];
  /** Whether to overwrite outs that somebody has edited. */
  readonly force: boolean;
  readonly signal: AbortSignal;
  readonly onWait: (holder: number) => void;
}

export type CheckoutResult =
  | { readonly kind: 'done'; readonly stages: readonly StageInPlace[] }
  /** Nothing was changed: the store cannot give all of it. */
  | { readonly kind: 'lost'; readonly lost: readonly LostContent[] }
  /** Nothing was changed: these outs are not what Stemma put there, as paths relative to the project. */
  | { readonly kind: 'edited'; readonly paths: readonly string[] }
  /** Nothing was changed: a record does not say what it should. */
  | { readonly kind: 'damaged'; readonly problem: string };

export interface StageInPlace {
  readonly stage: string;
  readonly fingerprint: string;
  readonly outs: readonly OutInPlace[];
  /** Its inputs moved while it ran: the next run makes it again. */
  readonly uncached?: string;
}

export interface OutInPlace {
  readonly name: string;
  readonly path: string;
  readonly digest: string;
  /** `stood`: the same bytes were there already. */
  readonly how: CopyMethod | 'stood';
}

/**
 * Puts the outs of a past run back into the workspace, all of them or none.
 *
 *     check that nothing edited is lost ─▶ copy everything out of the store, checked, into one temporary folder
 *       ─▶ per stage: former outs go, the copies are renamed to their places, the state file says what stands there
 *
 * Until the first rename nothing has changed. A kill after it leaves outs that are not what a state file says, which
 * the next run finds by their digests, as it finds any edit.
 */
export const checkoutRun = (request: CheckoutRequest): Promise<CheckoutResult> => {
  const { workspace, account } = request;
  return withLock(
    workspace.locks.pipeline(account.record.pipeline.name),
    async (acquired) => {
      clearLeftovers(workspace, acquired);
      const result = await checkoutLocked(request);
      workspace.statCache.save();
      return result;
    },
    request,
  );
};

const checkoutLocked = async (request: CheckoutRequest): Promise<CheckoutResult> => {
  const { workspace, account, force, signal } = request;
  const targets = targetsOf(account, request.stages);
  if (typeof targets === 'string') return { kind: 'damaged', problem: targets };
  const edited = force ? [] : await editedOuts(targets, workspace);
  if (edited.length > 0) return { kind: 'edited', paths: edited };
  const lost = await lostContent(targets, workspace);
  if (lost.length > 0) return { kind: 'lost', lost };
  const staging = temporaryName(join(workspace.folders.store, 'checkout'));
  await mkdir(staging);
  try {
    const staged = await stage(targets, staging, workspace);
    if (staged.lost.length > 0) return { kind: 'lost', lost: staged.lost };
    if (signal.aborted) throw new Interrupted();
    const stages: StageInPlace[] = [];
    for (const target of targets) stages.push(await putInPlace(target, staged.copies, workspace));
    return { kind: 'done', stages };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
};

interface Staged {
  /** Checked copies of the outs that do not stand yet, by their place in the workspace. */
  readonly copies: ReadonlyMap<string, Copy>;
  readonly lost: readonly LostContent[];
}

interface Copy {
  readonly file: string;
  readonly placed: PlacedTree;
}

const stage = async (targets: readonly CheckoutTarget[], staging: string, workspace: Workspace): Promise<Staged> => {
  const copies = new Map<string, Copy>();
  const lost: LostContent[] = [];
  for (const out of targets.flatMap(({ outs }) => outs)) {
    if (await standsAlready(out, workspace)) continue;
    const file = join(staging, String(copies.size + lost.length));
    try {
      copies.set(out.path, { file, placed: await placeTree(workspace.content, out.tree, file) });
    } catch (error) {
      if (!(error instanceof DamagedContent)) throw error;
      lost.push({ out: out.label, digest: error.digest, found: error.found });
    }
  }
  return { copies, lost };
};

const putInPlace = async (
  target: CheckoutTarget,
  copies: Staged['copies'],
  workspace: Workspace,
): Promise<StageInPlace> => {
  const { record, pipeline, placed } = target;
  removeFormer(placed, { workspace, pipeline });
  const outs: OutInPlace[] = [];
  for (const { name, path, tree } of target.outs) {
    const copy = copies.get(path);
    if (copy !== undefined) {
      refuseLinks(workspace.project.root, path);
      await moveTo(join(workspace.project.root, path), copy, workspace);
    }
    outs.push({ name, path, digest: tree.digest, how: copy?.placed.method ?? 'stood' });
  }
  const { uncached, fingerprint } = record;
  // What was not cached must not count as up to date: its state stays what it was, and does not fit these bytes.
  if (uncached === undefined) writeState(pipeline, placed, { workspace, record, stageRun: target.stageRun });
  return { stage: placed.name, fingerprint, outs, ...(uncached !== undefined && { uncached }) };
};

const moveTo = async (to: string, { file, placed }: Copy, { statCache }: Workspace): Promise<void> => {
  clearStale(dirname(to));
  await swap(file, to);
  rememberPlaced(to, placed, statCache);
};
