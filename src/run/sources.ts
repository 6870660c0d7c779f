import { join } from 'node:path';
import { type Digest, hexOf } from '../fingerprint/canonical.ts';
import { digestPath, rememberPlaced } from '../fingerprint/digest-path.ts';
import { type Input, InputProblem, sourcePath } from '../plan/inputs.ts';
import type { Workspace } from '../plan/workspace.ts';
import { DamagedContent } from '../store/content.ts';
import { withLock } from '../store/lock.ts';
import { placeTree } from '../store/tree.ts';
import type { Stage } from '../types/pipeline.ts';
import type { Bringing, UrlDep } from './bringing.ts';

/**
 * Puts the files of a stage's urls where its process finds them: those that stand there, those of the store, and only
 * else those of their servers. Returns the inputs with the sizes that are known now. Throws `InputProblem`, and
 * `Interrupted` when the signal aborts.
 */
export const bringSources = async (
  { stage, inputs }: { readonly stage: Stage; readonly inputs: readonly Input[] },
  bringing: Bringing,
): Promise<Input[]> => {
  const brought: Input[] = [];
  for (const input of inputs) {
    const dep = input.role === 'dep' ? stage.deps[input.name] : undefined;
    if (dep?.kind === 'accepted') await placeAccepted(input, bringing.workspace);
    brought.push(dep?.kind === 'url' ? { ...input, ...(await bring(dep, bringing)) } : input);
  }
  return brought;
};

/** An out of an accepted run is in the store, whatever stands in the workspace by now. */
const placeAccepted = async (
  { name, digest, kind, bytes, path, from }: Input,
  { content, project, statCache }: Workspace,
): Promise<void> => {
  const target = join(project.root, path);
  if ((await digestPath(target, statCache))?.digest === digest) return;
  try {
    rememberPlaced(target, await placeTree(content, { digest, kind, bytes }, target), statCache);
  } catch (error) {
    if (!(error instanceof DamagedContent)) throw error;
    throw new InputProblem(
      `dep "${name}": ${from} cannot be had: ${error.message}`,
      'bring the store back from a backup, or leave out what is held against it, so that nothing has to be compared',
    );
  }
};

/** What a source is once it is there. */
interface Brought {
  readonly bytes: number;
  readonly written: number;
}

const bring = async (dep: UrlDep, bringing: Bringing): Promise<Brought> => {
  const { workspace, signal, onNotice } = bringing;
  const standing = await standingAt(dep, workspace);
  if (standing !== undefined) return standing;
  const lock = workspace.locks.download(hexOf(dep.digest));
  const onWait = (holder: number) => onNotice(`waiting for process ${holder}, which brings ${dep.url}`);
  const work = async (): Promise<Brought> => {
    // Another process may have brought it meanwhile.
    const now = await standingAt(dep, workspace);
    if (now !== undefined) return now;
    if (!(await placeStored(dep, workspace))) {
      // Loaded by the runs that download something alone: a no-op pays for every module.
      const { fetchSource } = await import('./fetch-source.ts');
      await fetchSource(dep, bringing);
    }
    return (await standingAt(dep, workspace))!;
  };
  return withLock(lock, work, { onWait, signal });
};

/** The file, where it stands with the right bytes; the stat cache spares reading it. */
const standingAt = async (dep: UrlDep, { project, statCache }: Workspace): Promise<Brought | undefined> => {
  const found = await digestPath(join(project.root, sourcePath(dep.digest as Digest, dep.name)), statCache);
  return found?.kind === 'file' && found.digest === dep.digest
    ? { bytes: found.bytes, written: found.written }
    : undefined;
};

/** What is damaged in the store is taken out of it, so that good bytes can take its place. */
const placeStored = async (dep: UrlDep, { content, project, statCache }: Workspace): Promise<boolean> => {
  const digest = dep.digest as Digest;
  if (!(await content.has(digest))) return false;
  const target = join(project.root, sourcePath(digest, dep.name));
  try {
    await placeTree(content, { digest, kind: 'file', bytes: 0 }, target);
  } catch (error) {
    if (!(error instanceof DamagedContent)) throw error;
    await content.remove(digest);
    return false;
  }
  rememberPlaced(target, { digest }, statCache);
  return true;
};
