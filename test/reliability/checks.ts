import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from '../rig/project.ts';
import { outsOf, snapshot } from '../rig/store.ts';

/** What a run has to leave, whatever happened before it. */
export interface Right {
  readonly outs: Readonly<Record<string, string>>;
  readonly states: Readonly<Record<string, unknown>>;
  readonly schema: string | undefined;
}

export const rightOf = (project: TestProject): Right => ({
  outs: outsOf(project),
  states: statesOf(project),
  schema: existsSync(join(project.root, schema)) ? project.read(schema) : undefined,
});

const schema = 'schemas/pipeline.schema.json';

/** What the state files say of the workspace, without the times. */
const statesOf = (project: TestProject): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    readdirSync(join(project.root, 'artifacts/.store/state-v1/p')).map((name) => {
      const { fingerprint, outs } = JSON.parse(project.read(`artifacts/.store/state-v1/p/${name}`)) as Record<
        string,
        unknown
      >;
      return [name, { fingerprint, outs }];
    }),
  );

/**
 * Processes whose working folder is the project: the runner's, the stages' and what those started.
 * Only Linux tells; elsewhere it is an error that none is found where some have to be.
 */
export const processesIn = (root: string): string[] =>
  existsSync('/proc')
    ? readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && worksIn(pid) === root && !isCompiler(pid))
    : [];

/** esbuild's own process ends after the run that started it; where that run's process is kept, it may be seen ending. */
const isCompiler = (pid: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]!.endsWith('/esbuild');
  } catch {
    return false;
  }
};

const worksIn = (pid: string): string | undefined => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
};

/** What is never taken back: content, entries, records. The head moves on. */
export const keptOf = (root: string): Readonly<Record<string, string>> => {
  const all = snapshot(join(root, 'artifacts/.store'));
  const kept = Object.entries(all).filter(
    ([path]) => /^(content|fingerprints|records)-v1/.test(path) && path !== 'records-v1/head' && !/\.tmp-/.test(path),
  );
  return Object.fromEntries(kept);
};

export const lost = (before: Readonly<Record<string, string>>, root: string): string[] => {
  const after = keptOf(root);
  return Object.entries(before).flatMap(([path, text]) => (after[path] === text ? [] : [`${path} was lost`]));
};

export const different = (right: Right, project: TestProject): string[] => {
  const found = rightOf(project);
  return (['outs', 'states', 'schema'] as const).flatMap((part) =>
    JSON.stringify(found[part]) === JSON.stringify(right[part])
      ? []
      : [`${part} are ${JSON.stringify(found[part]).slice(0, 500)}`],
  );
};

/**
 * Whether a process runs no more of its code: it has been sent SIGKILL, or is exiting, and a busy machine has not let it
 * come to its end yet.
 */
export const isEnding = (pid: string): boolean => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const pending = [...status.matchAll(/^(?:SigPnd|ShdPnd):\s*([0-9a-f]+)$/gm)].map(([, mask]) => BigInt(`0x${mask}`));
    const [, , , , , , flags] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return pending.some((mask) => (mask & sigkill) !== 0n) || (Number(flags) & exiting) !== 0;
  } catch {
    return true;
  }
};

/** The ninth signal's bit, and the kernel's PF_EXITING. */
const [sigkill, exiting] = [1n << 8n, 4];
