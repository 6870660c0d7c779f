import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a server was asked, by header names in small letters. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** Answers one request; the answers are taken in turn, and the last one for all that follow. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface FileServer {
  readonly url: string;
  readonly asked: readonly Asked[];
}

/** A real HTTP server on loopback that is gone when the test ends. */
export const serve = async (...answers: readonly Answer[]): Promise<FileServer> => {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { url = '', headers } = request;
    asked.push({ path: url, headers });
    answers[Math.min(asked.length, answers.length) - 1]!(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
};

export interface Served {
  readonly etag?: string;
  readonly modified?: string;
  /** Ends the connection when so many bytes of the answer have been sent. */
  readonly cutAfter?: number;
  /** Sends so many bytes of the answer, and then nothing more. */
  readonly hangAfter?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A file as static servers give it out: with ranges, where `If-Range` names the version that it is. */
export const file =
  (bytes: Buffer, { etag, modified, cutAfter, hangAfter, headers = {} }: Served = {}): Answer =>
  (request, response) => {
    const start = startOf(request, [etag, modified]);
    if (start !== undefined && start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    const body = bytes.subarray(start ?? 0);
    response.writeHead(start === undefined ? 200 : 206, {
      'content-length': body.length,
      ...(etag && { etag }),
      ...(modified && { 'last-modified': modified }),
      ...(start !== undefined && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
      ...headers,
    });
    if (cutAfter !== undefined) response.write(body.subarray(0, cutAfter), () => response.destroy());
    else if (hangAfter !== undefined) response.write(body.subarray(0, hangAfter));
    else response.end(body);
  };

const startOf = ({ headers }: IncomingMessage, versions: readonly (string | undefined)[]): number | undefined => {
  const start = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1];
  const isSame = headers['if-range'] === undefined || versions.includes(String(headers['if-range']));
  return start !== undefined && isSame ? Number(start) : undefined;
};

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) =>
    void response.writeHead(code, headers).end(`status ${code}`);

/** Never says anything. */
export const silence: Answer = () => undefined;
