import { readUrl, withoutFragment } from '../load/dep-url.ts';
import { findProject } from '../load/project.ts';
import { InputProblem } from '../plan/inputs.ts';
import { fetchSource } from '../run/fetch-source.ts';
import { Interrupted } from '../store/lock.ts';
import type { Progress } from '../types/stage.ts';
import { formatBytes } from '../ui/format.ts';
import { interruptible } from './interrupt.ts';
import { openForReading } from './open-for-reading.ts';
import { isLive } from './terminal.ts';
import { UserMistake } from './user-mistake.ts';

export interface FetchOptions {
  readonly as?: string;
  readonly token?: string;
}

/**
 * `stemma fetch`: downloads a file, keeps it for the runs to come, and prints the dep with its digest. That the file is
 * the right one is for people to know: a run only ever takes what has the digest that they wrote down.
 */
export const fetch = async (url: string, { as, token }: FetchOptions): Promise<number> => {
  const name = readUrl({ url, as });
  if (typeof name !== 'string') throw new UserMistake(name.message, name.hint);
  if (as !== undefined && (/[/\\\0]/.test(as) || /^\.{0,2}$/.test(as)))
    throw new UserMistake(`"${as}" is no name of a file`);
  const workspace = openForReading(findProject(process.cwd()));
  const dep = { url: withoutFragment(url), name, ...(token !== undefined && { token }) };
  const interrupt = interruptible();
  const { signal } = interrupt;
  const say = (message: string) => void process.stderr.write(`note: ${message}\n`);
  const bringing = { workspace, signal, onNotice: say, onProgress: meter(process.stderr) };
  try {
    const found = await fetchSource(dep, bringing);
    await workspace.statCache.save();
    const { digest } = found;
    const written = { url: dep.url, ...(as !== undefined && { as }), ...(token !== undefined && { token }), digest };
    process.stderr.write(`${formatBytes(found.bytes)} in ${found.path}\n`);
    process.stdout.write(`${JSON.stringify(written)}\n`);
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return 130;
    if (!(error instanceof InputProblem)) throw error;
    process.stderr.write(`error: ${error.message}\n${error.hint === undefined ? '' : `hint: ${error.hint}\n`}`);
    return 1;
  } finally {
    interrupt.release();
  }
};

/** On a terminal, a line that is drawn over; in a pipe nothing. */
const meter = (stream: NodeJS.WriteStream) => {
  if (!isLive(stream)) return () => undefined;
  return ({ done, total, note }: Progress): void => {
    const end = done === total ? '\r\x1b[2K' : '';
    stream.write(`\r\x1b[2K  ${note}: ${formatBytes(done)} of ${formatBytes(total)}${end}`);
  };
};
