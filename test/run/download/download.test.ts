import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { digestOf } from '../../../src/fingerprint/canonical.ts';
import { type DownloadRequest, download } from '../../../src/run/download/download.ts';
import { createAbsentEndpoint } from '../../rig/endpoint.ts';
import { file, serve, silence, status } from '../../rig/file-server.ts';
import { temporaryFolder } from '../../rig/project.ts';

/** 300 KB that differ everywhere: some chunks of a stream. */
const bytes = Buffer.from(Array.from({ length: 50_000 }, (_, i) => String(i).padStart(6)).join(''));
const other = Buffer.from(bytes.toString().replaceAll('1', '2'));
const digest = digestOf(bytes);

interface Log {
  readonly part: string;
  readonly waits: number[];
  readonly told: string[];
  readonly done: number[];
}

/** Downloads into a folder of its own, without waiting between attempts. */
const attempt = (url: string, options: Partial<DownloadRequest> & { readonly into?: string } = {}) => {
  const log: Log = { part: options.into ?? join(temporaryFolder(), 'part'), waits: [], told: [], done: [] };
  const ended = download({
    url: new URL(url),
    shown: url,
    part: { file: log.part },
    digest,
    signal: new AbortController().signal,
    onBytes: (done) => void log.done.push(done),
    onRetry: (message) => void log.told.push(message.replace(url, 'URL')),
    wait: async (milliseconds) => void log.waits.push(milliseconds),
    ...options,
  });
  return { ended, ...log };
};

/** The message of a download that has to fail. */
const failure = async (ended: Promise<unknown>): Promise<string> =>
  ended.then(
    () => 'it was downloaded',
    (error: Error & { hint?: string }) => [error.message, error.hint].filter(Boolean).join(' / '),
  );

test('a file comes whole, byte for byte, and says how far it is', async () => {
  const server = await serve(file(bytes));
  const { ended, part, done } = attempt(`${server.url}/x.csv`);
  expect(await ended).toEqual({ digest, bytes: bytes.length });
  expect(readFileSync(part).equals(bytes)).toBe(true);
  expect([done[0], done.at(-1)]).toEqual([0, bytes.length]);
  expect(server.asked[0]!.headers).toMatchObject({ 'accept-encoding': 'identity' });
});

test.each([
  ['an etag', { etag: '"v1"' }, '"v1"'],
  ['a time', { modified: 'Wed, 21 Oct 2015 07:28:00 GMT' }, 'Wed, 21 Oct 2015 07:28:00 GMT'],
])('a connection that is cut is gone on with, by %s', async (_, version, validator) => {
  const server = await serve(file(bytes, { ...version, cutAfter: 100_000 }), file(bytes, version));
  const { ended, told, part } = attempt(server.url);
  expect(await ended).toEqual({ digest, bytes: bytes.length });
  expect(readFileSync(part).equals(bytes)).toBe(true);
  const [, second] = server.asked;
  const from = Number(/^bytes=(\d+)-$/.exec(second!.headers.range!)![1]);
  expect(from).toBeGreaterThan(0);
  expect(from).toBeLessThanOrEqual(100_000);
  expect(second!.headers['if-range']).toBe(validator);
  expect(told).toEqual([`URL: the connection was cut (ECONNRESET); trying again in 0.5 s, from byte ${from} on`]);
});

test('what has no validator, or a weak one, begins anew', async () => {
  for (const version of [{}, { etag: 'W/"v1"' }]) {
    const server = await serve(file(bytes, { ...version, cutAfter: 100_000 }), file(bytes, version));
    expect(await attempt(server.url).ended).toEqual({ digest, bytes: bytes.length });
    expect(server.asked.map(({ headers }) => headers.range)).toEqual([undefined, undefined]);
  }
});

test('a server without ranges sends all of it again', async () => {
  const whole = file(bytes, { etag: '"v1"' });
  const server = await serve(file(bytes, { etag: '"v1"', cutAfter: 100_000 }), (request, response) => {
    delete request.headers.range;
    whole(request, response);
  });
  expect(await attempt(server.url).ended).toEqual({ digest, bytes: bytes.length });
});

test('a file that was changed between attempts is taken whole', async () => {
  const server = await serve(file(other, { etag: '"v1"', cutAfter: 100_000 }), file(bytes, { etag: '"v2"' }));
  const { ended, part } = attempt(server.url);
  expect(await ended).toEqual({ digest, bytes: bytes.length });
  expect(readFileSync(part).equals(bytes)).toBe(true);
});

test('one that was changed under the same validator is noticed by its digest, and downloaded anew once', async () => {
  const etag = '"same"';
  const server = await serve(file(other, { etag, cutAfter: 100_000 }), file(bytes, { etag }));
  const { ended, told } = attempt(server.url);
  expect(await ended).toEqual({ digest, bytes: bytes.length });
  expect(told.at(-1)).toBe('URL was continued and does not have its digest; downloading it anew');
  expect(server.asked.map(({ headers }) => headers.range === undefined)).toEqual([true, false, true]);
});

test('what a killed process has left is gone on with; whole, it is only checked', async () => {
  const part = join(temporaryFolder(), 'part');
  const note = () => writeFileSync(`${part}.json`, JSON.stringify({ etag: '"v1"' }));
  const server = await serve(file(bytes, { etag: '"v1"' }));
  for (const left of [bytes.subarray(0, 1000), bytes]) {
    writeFileSync(part, left);
    note();
    expect(await attempt(server.url, { into: part }).ended).toEqual({ digest, bytes: bytes.length });
    expect(server.asked.at(-1)!.headers.range).toBe(`bytes=${left.length}-`);
  }
  // More than there is: of no use.
  writeFileSync(part, Buffer.concat([bytes, bytes]));
  note();
  expect(await attempt(server.url, { into: part }).ended).toEqual({ digest, bytes: bytes.length });
  expect(server.asked.at(-1)!.headers.range).toBeUndefined();
});

test.each(['{', 'null', '[]', '{"etag": 7}', '{"etag": "\\nx: y"}'])(
  'a note that holds %s counts as none',
  async (text) => {
    const part = join(temporaryFolder(), 'part');
    writeFileSync(part, 'something');
    writeFileSync(`${part}.json`, text);
    const server = await serve(file(bytes));
    expect(await attempt(server.url, { into: part }).ended).toEqual({ digest, bytes: bytes.length });
    expect(server.asked[0]!.headers.range).toBeUndefined();
  },
);

test('a range that is not the one that was asked for is not put behind what is there', async () => {
  const shifted = status(206, { 'content-range': `bytes 5-${bytes.length - 1}/${bytes.length}` });
  const server = await serve(file(bytes, { etag: '"1"', cutAfter: 100_000 }), shifted, file(bytes));
  const { ended, told } = attempt(server.url);
  expect(await ended).toEqual({ digest, bytes: bytes.length });
  expect(told[1]).toContain('the server did not go on where it was asked to (status 206)');
});

test('what may be over the next time is tried again, after a growing while', async () => {
  const server = await serve(...[503, 500, 408, 502].map((code) => status(code)), file(bytes));
  const { ended, waits, told } = attempt(server.url);
  expect(await ended).toEqual({ digest, bytes: bytes.length });
  expect(waits).toEqual([500, 1000, 2000, 4000]);
  expect(told[0]).toBe('URL: the server answers 503 Service Unavailable; trying again in 0.5 s');
});

test('a server says how long to wait, in seconds or until when', async () => {
  const later = new Date(Date.now() + 60_000).toUTCString();
  const server = await serve(
    status(429, { 'retry-after': '7' }),
    status(503, { 'retry-after': later }),
    status(503, { 'retry-after': 'some day' }),
    file(bytes),
  );
  const { ended, waits } = attempt(server.url);
  await ended;
  expect(waits[0]).toBe(7000);
  expect(waits[1]).toBeGreaterThan(50_000);
  expect(waits[1]).toBeLessThanOrEqual(60_000);
  expect(waits[2]).toBe(2000);
});

test('who is to wait for longer than five minutes is told so at once', async () => {
  const server = await serve(status(429, { 'retry-after': '7200' }));
  const { ended, waits } = attempt(server.url);
  expect(await failure(ended)).toBe(
    `${server.url}: the server answers 429 Too Many Requests, and asks to wait 120 minutes`,
  );
  expect(waits).toEqual([]);
});

test('it is given up in the end, and what has come stays', async () => {
  const server = await serve(file(bytes, { etag: '"v1"', cutAfter: 100_000 }), status(503));
  const { ended, part } = attempt(server.url);
  expect(await failure(ended)).toBe(
    `${server.url}: the server answers 503 Service Unavailable; what has come so far is kept, and the next run goes on from there`,
  );
  expect(server.asked).toHaveLength(6);
  expect(statSync(part).size).toBeGreaterThan(0);
});

test('nobody listens: after six attempts it is given up', async () => {
  const url = await createAbsentEndpoint();
  const { ended, waits } = attempt(url);
  expect(await failure(ended)).toBe(`${url}: nobody listens there (ECONNREFUSED)`);
  expect(waits).toHaveLength(5);
});

test.each([
  [404, 'the server answers 404 Not Found'],
  [401, 'the server answers 401 Unauthorized / it asks who you are'],
  [403, 'the server answers 403 Forbidden / it asks who you are'],
  [204, 'the server answers 204 No Content'],
])('%i is not tried again', async (code, told) => {
  const server = await serve(status(code));
  expect(await failure(attempt(server.url).ended)).toContain(told);
  expect(server.asked).toHaveLength(1);
});

test('a server that stalls, before its answer or in it, is asked again', async () => {
  const server = await serve(silence, file(bytes, { etag: '"v1"', hangAfter: 100_000 }), file(bytes, { etag: '"v1"' }));
  const { ended, told } = attempt(server.url, { stall: 100 });
  expect(await ended).toEqual({ digest, bytes: bytes.length });
  expect(told.map((line) => /URL: (.*); trying/.exec(line)?.[1])).toEqual([
    'no byte came for 0.1 s',
    'no byte came for 0.1 s',
  ]);
  expect(server.asked[2]!.headers.range).toMatch(/^bytes=[1-9]/);
});

test('a slow drip is no stall', async () => {
  const few = Buffer.from('slowly, byte by byte');
  const server = await serve((_, response) => {
    response.writeHead(200);
    const drip = (at: number): void => {
      if (at === few.length) response.end();
      else response.write(few.subarray(at, at + 1), () => setImmediate(drip, at + 1));
    };
    drip(0);
  });
  const { ended, told } = attempt(server.url, { digest: digestOf(few), stall: 2000 });
  expect(await ended).toEqual({ digest: digestOf(few), bytes: few.length });
  expect(told).toEqual([]);
});

test('a wrong digest says both, and leaves nothing', async () => {
  const server = await serve(file(other, { etag: '"v1"' }));
  const { ended, part } = attempt(server.url);
  expect(await failure(ended)).toBe(
    `${server.url}: expected ${digest}, found ${digestOf(other)} (${other.length} bytes) / nothing of it was kept; if the new content is right, put its digest into the pipeline`,
  );
  expect([existsSync(part), existsSync(`${part}.json`)]).toEqual([false, false]);
  expect(server.asked).toHaveLength(1);
});

test('a body that is shorter or longer than it was said to be is no file', async () => {
  const said = (length: number) => file(bytes, { headers: { 'content-length': String(length) } });
  const short = await serve((request, response) => {
    said(bytes.length + 1)(request, response);
    response.socket?.end();
  }, file(bytes));
  expect(await attempt(short.url).ended).toEqual({ digest, bytes: bytes.length });
  const long = await serve((_, response) => {
    response.socket!.end(`HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n${bytes.toString()}`);
  });
  expect(await failure(attempt(long.url).ended)).toContain(`found ${digestOf(bytes.subarray(0, 10))} (10 bytes)`);
});

test('what is packed on the way stays packed: the digest is that of the bytes as they were sent', async () => {
  const packed = gzipSync(bytes);
  const server = await serve(file(packed, { headers: { 'content-encoding': 'gzip' } }));
  const { ended, part } = attempt(server.url, { digest: digestOf(packed) });
  expect(await ended).toEqual({ digest: digestOf(packed), bytes: packed.length });
  expect(readFileSync(part).equals(packed)).toBe(true);
  expect(await failure(attempt(server.url).ended)).toContain('the server sent it with Content-Encoding gzip');
});

test('redirects are followed, and the token goes to the first host alone', async () => {
  const elsewhere = await serve(file(bytes));
  const server = await serve(status(301, { location: '/there' }), status(302, { location: `${elsewhere.url}/x` }));
  const { ended } = attempt(`${server.url}/here`, { authorization: 'Bearer abc' });
  expect(await ended).toEqual({ digest, bytes: bytes.length });
  expect(server.asked.map(({ path, headers }) => [path, headers.authorization])).toEqual([
    ['/here', 'Bearer abc'],
    ['/there', 'Bearer abc'],
  ]);
  expect(elsewhere.asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});

test('redirects that do not end, or lead elsewhere than to a server, are an error', async () => {
  const round = await serve(status(302, { location: '/again' }));
  expect(await failure(attempt(round.url).ended)).toContain('the server redirects more than 10 times');
  const local = await serve(status(302, { location: 'file:///etc/passwd' }));
  expect(await failure(attempt(local.url).ended)).toContain('redirects to what is no http or https address');
});

test('it ends when it is told to, in an answer and between attempts', async () => {
  const controller = new AbortController();
  const server = await serve(file(bytes, { hangAfter: 10 }));
  const { ended } = attempt(server.url, {
    signal: controller.signal,
    onBytes: (done) => {
      if (done === 10) controller.abort();
    },
  });
  await expect(ended).rejects.toThrow(expect.objectContaining({ name: 'Interrupted' }));
  const second = new AbortController();
  const busy = await serve(status(503));
  const waiting = attempt(busy.url, { signal: second.signal, onRetry: () => second.abort() });
  await expect(waiting.ended).rejects.toThrow(expect.objectContaining({ name: 'Interrupted' }));
  expect(busy.asked).toHaveLength(1);
});
