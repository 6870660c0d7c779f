import { suggest } from '../diagnostics/suggest.ts';
import { userCacheFolder } from '../machine/cache-folder.ts';
import { backendsFolder } from '../machine/tensorflow/find.ts';
import { removableNames, removeInstallations } from '../machine/tensorflow/remove.ts';
import { interruptible } from './interrupt.ts';
import { UserMistake } from './user-mistake.ts';

export interface BackendRemoveOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `stemma backend remove [NAME]`: the only one, where none is named. */
export const backendRemove = async (name: string | undefined, options: BackendRemoveOptions): Promise<number> => {
  const cache = userCacheFolder({ environment: process.env });
  const names = chosen(name, removableNames(cache), { all: options.all ?? false, folder: backendsFolder(cache) });
  const interrupt = interruptible();
  try {
    const onWait = (holder: number) =>
      void process.stderr.write(`note: waiting for an installation (process ${holder})\n`);
    await removeInstallations(cache, names, { onWait, signal: interrupt.signal });
  } finally {
    interrupt.release();
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ removed: names }, null, 2)}\n`);
  else process.stdout.write(names.map((each) => `removed ${each}\n`).join(''));
  return 0;
};

interface Choice {
  readonly all: boolean;
  readonly folder: string;
}

const chosen = (name: string | undefined, found: readonly string[], { all, folder }: Choice): readonly string[] => {
  if (found.length === 0) throw new UserMistake(`no backend is installed in ${folder}`);
  if (name !== undefined && !found.includes(name)) {
    throw new UserMistake(`there is no backend "${name}" in ${folder}`, suggest(name, found, 'installed'));
  }
  if (name !== undefined) return [name];
  if (all || found.length === 1) return found;
  throw new UserMistake('several backends are installed', `name one, or say --all: ${found.join(', ')}`);
};
