import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { ask, problemOf, type Question } from './ask.ts';
import { noteValidators, type Part, removePart, resumable } from './part.ts';
import { DownloadProblem, PassingProblem } from './problem.ts';

export interface AttemptRequest extends Omit<Question, 'headers'> {
  readonly part: Part;
  /** Bytes that are there, and how many there will be, where the server says it. */
  readonly onBytes: (done: number, total?: number) => void;
}

export interface Attempted {
  /** Whether the part began in an earlier attempt. */
  readonly resumed: boolean;
  /** What the server says of how the bytes are packed, where it says anything. */
  readonly encoding?: string;
}

/**
 * Asks once, and writes what comes into the part: all of it, or, where the server can and nothing has changed there,
 * what is missing. What has come of it stays when the attempt fails. Throws as `ask`.
 */
export const attempt = async (request: AttemptRequest): Promise<Attempted> => {
  const { part } = request;
  const { bytes, validator } = resumable(part);
  const headers: Record<string, string> =
    validator === undefined ? {} : { range: `bytes=${bytes}-`, 'if-range': validator };
  const response = await ask({ ...request, headers });
  const encoding = response.headers['content-encoding'];
  const told = encoding === undefined ? {} : { encoding };
  try {
    if (response.statusCode === 416 && validator !== undefined && sizeIn(response) === bytes)
      return { resumed: true, ...told };
    const start = startOf(response, { bytes, part });
    if (start === 0) noteValidators(part, response.headers);
    await receive(response, request, start);
    return { resumed: start > 0, ...told };
  } finally {
    response.destroy();
  }
};

/** From which byte on the body is: 0 for the whole file. Throws where it is not the file. */
const startOf = (response: IncomingMessage, { bytes, part }: { bytes: number; part: Part }): number => {
  const status = response.statusCode!;
  if (status === 200) return 0;
  if (status === 206 && bytes > 0 && rangeIn(response)?.start === bytes) return bytes;
  if (status === 206 || status === 416) {
    // What is there is of no use to this server: the next attempt asks for all.
    removePart(part);
    throw new PassingProblem(`the server did not go on where it was asked to (status ${status})`, 0);
  }
  throw statusProblem(response);
};

const rangeIn = ({ headers }: IncomingMessage): { readonly start: number; readonly total?: number } | undefined => {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? [];
  if (start === undefined) return undefined;
  return { start: Number(start), ...(total !== '*' && { total: Number(total) }) };
};

/** Of the answer that there is nothing beyond what was asked for. */
const sizeIn = ({ headers }: IncomingMessage): number | undefined => {
  const size = /^bytes \*\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
  return size === undefined ? undefined : Number(size);
};

const statusProblem = (response: IncomingMessage): Error => {
  const { statusCode: status = 0, statusMessage = '' } = response;
  const said = `the server answers ${status} ${statusMessage}`.trimEnd();
  if (status >= 500 || status === 429 || status === 408) return new PassingProblem(said, retryAfter(response));
  const hint =
    status === 401 || status === 403
      ? 'it asks who you are: give "token" the name of an environment variable, or write {env.NAME} into the url'
      : undefined;
  return new DownloadProblem(said, hint);
};

/** Milliseconds: `Retry-After` is a number of seconds, or a date (RFC 9110, 10.2.3). */
const retryAfter = ({ headers }: IncomingMessage): number | undefined => {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
};

const receive = async (response: IncomingMessage, request: AttemptRequest, start: number): Promise<void> => {
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  const total = Number.isFinite(length) ? start + length : undefined;
  const file = await open(request.part.file, start > 0 ? 'a' : 'w');
  let done = start;
  try {
    request.onBytes(done, total);
    for await (const chunk of chunksOf(response, request.signal)) {
      await file.writeFile(chunk);
      done += chunk.length;
      request.onBytes(done, total);
    }
  } finally {
    await file.close();
  }
  if (!response.complete) throw new PassingProblem('the connection was cut');
};

/** The network's errors apart from the disk's: those may be over the next time. */
const chunksOf = async function* (response: IncomingMessage, signal: AbortSignal): AsyncIterable<Buffer> {
  const chunks = response[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Buffer>;
    try {
      next = (await chunks.next()) as IteratorResult<Buffer>;
    } catch (error) {
      throw signal.aborted ? error : problemOf(error as NodeJS.ErrnoException);
    }
    if (next.done) return;
    yield next.value;
  }
};
