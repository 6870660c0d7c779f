import { join } from 'node:path';
import { packageRoot } from '../load/project.ts';
import { Interrupted } from '../store/lock.ts';
import type { Profile } from '../types/generated/profile.ts';
import type { ProfileAnswer, ProfileOrder } from '../types/profile-program.ts';

export type Profiled =
  | { readonly kind: 'profiled'; readonly profile: Profile }
  | { readonly kind: 'failed'; readonly message: string; readonly hint?: string };

export interface ProfilePlace {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Told after each column. */
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Profiles data in a process of its own: the runner loads nothing of what stages are made of.
 *
 * @throws Interrupted where `signal` aborts.
 */
export const profileData = async (
  order: ProfileOrder,
  { environment, signal, onProgress }: ProfilePlace,
): Promise<Profiled> => {
  if (signal.aborted) throw new Interrupted();
  const { execaNode } = await import('execa');
  let last: Exclude<ProfileAnswer, { type: 'progress' }> | undefined;
  const child = execaNode(join(packageRoot(), 'dist', 'profile.js'), {
    ...{ env: environment, extendEnv: false, reject: false, stdin: 'ignore', all: true },
    ...{ cancelSignal: signal, forceKillAfterDelay: 1000 },
    // Those of the runner, as of a debugger, are not meant for it.
    nodeOptions: [],
  });
  child.on('message', (message) => {
    const answer = message as unknown as ProfileAnswer;
    if (answer.type === 'progress') onProgress(answer.done, answer.total);
    else last = answer;
  });
  child.on('error', () => {}); // It may be gone before it gets its order.
  child.send?.(order as never);
  const { exitCode, signal: killed, all } = await child;
  if (signal.aborted) throw new Interrupted();
  if (last?.type === 'profiled') return { kind: 'profiled', profile: last.profile };
  if (last?.type === 'failed')
    return { kind: 'failed', message: last.message, ...(last.hint !== undefined && { hint: last.hint }) };
  const said = String(all ?? '').trim();
  const end = killed === undefined ? `exit code ${exitCode}` : killed;
  return { kind: 'failed', message: `the program that profiles ended with ${end}${said === '' ? '' : `:\n${said}`}` };
};
