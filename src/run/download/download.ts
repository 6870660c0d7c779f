import { statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Digest } from '../../fingerprint/canonical.ts';
import { hexAt, sizeAt } from '../../fingerprint/file-table.ts';
import { hashFiles } from '../../fingerprint/hash-files.ts';
import { Interrupted } from '../../store/lock.ts';
import { type Attempted, type AttemptRequest, attempt } from './attempt.ts';
import { removePart, resumable } from './part.ts';
import { DownloadProblem, PassingProblem } from './problem.ts';

export interface DownloadRequest extends Omit<AttemptRequest, 'stall'> {
  /** The url as people may see it: in messages. */
  readonly shown: string;
  /** What the file must have; without one, it is only told. */
  readonly digest?: Digest;
  /** Hears of what went wrong and is tried again. */
  readonly onRetry: (message: string) => void;
  readonly stall?: number;
  /** Waits between attempts, in milliseconds. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export interface Downloaded {
  readonly digest: Digest;
  readonly bytes: number;
}

/**
 * Downloads a file into its part and checks its digest. What a process that was killed has left there is gone on with.
 * A connection that fails, a server that is busy or stalls, is tried again after a growing while, for ever as long as
 * each attempt brings something, else `mostFailures` times. Throws `DownloadProblem`; a part that has the wrong digest
 * is gone then, any other stays for the next time. Throws `Interrupted` when the signal aborts.
 */
export const download = async (request: DownloadRequest): Promise<Downloaded> => {
  let again = false;
  for (;;) {
    const { resumed, encoding } = await persist(request);
    const [digest, bytes] = await hashOf(request.part.file);
    if (request.digest === undefined || digest === request.digest) return { digest, bytes };
    removePart(request.part);
    if (!resumed || again) throw wrongDigest(request, { digest, bytes, encoding });
    // Its beginning may be that of another version of the file, or may have been lost with the power.
    again = true;
    request.onRetry(`${request.shown} was continued and does not have its digest; downloading it anew`);
  }
};

/** Milliseconds without a byte. */
const defaultStall = 30_000;
const mostFailures = 6;
/** Who is asked to wait longer is better told. */
const longestWait = 300_000;

const persist = async (request: DownloadRequest): Promise<Attempted> => {
  const { shown, signal, stall = defaultStall, wait = waitFor, part } = request;
  let resumed = false;
  for (let failures = 0; ; ) {
    const before = sizeOf(part.file);
    try {
      const done = await attempt({ ...request, stall });
      return { ...done, resumed: resumed || done.resumed };
    } catch (error) {
      if (signal.aborted) throw new Interrupted();
      if (error instanceof DownloadProblem) throw named(error, shown);
      if (!(error instanceof PassingProblem)) throw error;
      const grown = sizeOf(part.file) > before;
      failures = grown ? 1 : failures + 1;
      resumed ||= grown;
      const pauseFor = error.wait ?? Math.min(30_000, 500 * 2 ** (failures - 1));
      if (failures >= mostFailures || pauseFor > longestWait) throw givenUp(error, request, pauseFor);
      const { bytes } = resumable(part);
      const from = bytes > 0 ? `, from byte ${bytes} on` : '';
      request.onRetry(`${shown}: ${error.message}; trying again in ${pauseFor / 1000} s${from}`);
      await wait(pauseFor, signal).catch(() => undefined);
      if (signal.aborted) throw new Interrupted();
    }
  }
};

const waitFor = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  pause(milliseconds, undefined, { signal });

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const hashOf = async (file: string): Promise<[Digest, number]> => {
  const table = await hashFiles([file]);
  return [`sha256:${hexAt(table, 0)}`, sizeAt(table, 0)];
};

const named = ({ message, hint }: DownloadProblem, shown: string): DownloadProblem =>
  new DownloadProblem(`${shown}: ${message}`, hint);

const givenUp = ({ message }: PassingProblem, { shown, part }: DownloadRequest, wait: number): DownloadProblem => {
  const kept = resumable(part).bytes > 0 ? '; what has come so far is kept, and the next run goes on from there' : '';
  const asked = wait > longestWait ? `, and asks to wait ${Math.round(wait / 60_000)} minutes` : '';
  return new DownloadProblem(`${shown}: ${message}${asked}${kept}`);
};

const wrongDigest = (
  { shown, digest }: DownloadRequest,
  found: Downloaded & { readonly encoding: string | undefined },
): DownloadProblem => {
  const packed =
    found.encoding === undefined
      ? ''
      : `; the server sent it with Content-Encoding ${found.encoding}, and the digest is that of the bytes as they were sent`;
  return new DownloadProblem(
    `${shown}: expected ${digest}, found ${found.digest} (${found.bytes} bytes)${packed}`,
    'nothing of it was kept; if the new content is right, put its digest into the pipeline',
  );
};
