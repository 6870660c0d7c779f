import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, digestOf, hexOf } from '../fingerprint/canonical.ts';
import { writeDurably } from '../fingerprint/replace-file.ts';

/** The end of the chain of run records. */
export interface Head {
  readonly run: string;
  readonly digest: Digest;
}

/**
 * The records of the runs, a file each, and `head`, which names the last one with its digest as `sha256sum -c` reads it.
 *
 *     head ──▶ run 3 ──previous──▶ run 2 ──previous──▶ run 1 ──previous──▶ null
 *
 * So a change of any record is noticed, the last one's too, and the next run finds the end of the chain without a look
 * at how many there are. A record is written before the head: of a writer that was killed between them, `mendHead`
 * tells.
 */
export const openChain = (folder: string, onDamage: (file: string) => void) => {
  const runs = join(folder, 'runs');
  const headFile = join(folder, 'head');
  const fileOf = (run: string): string => join(runs, `${run}.json`);
  const writeHead = (run: string, digest: Digest): void =>
    writeDurably(headFile, `${hexOf(digest)}  runs/${run}.json\n`);
  return {
    fileOf,
    append: (run: string, text: string): Digest => {
      const digest = digestOf(text);
      writeDurably(fileOf(run), text);
      writeHead(run, digest);
      return digest;
    },
    mendHead: (run: string): void => {
      const text = readFileSync(fileOf(run), 'utf8');
      const head = readHead(headFile);
      // Others may have followed on it since.
      if (head === undefined || previousIn(text) === head.digest) writeHead(run, digestOf(text));
    },
    head: (): Head | undefined => {
      const head = readHead(headFile);
      if (head === undefined) {
        if (existsSync(headFile)) onDamage(headFile);
        // One that is lost is found again: the next record must follow on what is there.
        return findEnd(runs);
      }
      // The next record follows on what the head names all the same: so a change stays to be seen.
      if (digestOf(readOr(fileOf(head.run))) !== head.digest) onDamage(fileOf(head.run));
      return head;
    },
    list: (): string[] => namesIn(runs),
  };
};

/** Names of runs stand in paths: another one could lead anywhere. */
export const isRunName = (text: string): boolean => /^[\dT-]{19}-[0-9a-f]{4}$/.test(text);

const readHead = (file: string): Head | undefined => {
  const found = /^([0-9a-f]{64}) {2}runs\/([\dT-]{19}-[0-9a-f]{4})\.json\n$/.exec(readOr(file));
  return found === null ? undefined : { run: found[2]!, digest: `sha256:${found[1]!}` };
};

/** The record that no other one follows on; of several, as after one was removed, the one that started last. */
const findEnd = (runs: string): Head | undefined => {
  const found = namesIn(runs).map((run) => ({ run, text: readOr(join(runs, `${run}.json`)) }));
  const followed = new Set(found.map(({ text }) => previousIn(text)));
  const ends = found.map(({ run, text }) => ({ run, digest: digestOf(text) }));
  return ends.findLast(({ digest }) => !followed.has(digest));
};

const previousIn = (text: string): string | undefined => /"previous": "(sha256:[0-9a-f]{64})"/.exec(text)?.[1];

const readOr = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .filter(isRunName)
      .sort();
  } catch {
    return [];
  }
};
