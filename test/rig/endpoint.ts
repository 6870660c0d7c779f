import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a server does with a request: answers with a status, says where else to ask, or never says anything. */
export type Answer = number | 'hang' | { readonly moved: string };

export interface Posted {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Endpoint {
  readonly url: string;
  /** All that was sent to it, in the order of arrival. */
  readonly posted: readonly Posted[];
}

/** A real HTTP server on loopback that is gone when the test ends. */
export const createEndpoint = async (answer: Answer = 201): Promise<Endpoint> => {
  const posted: Posted[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    posted.push({ method, path: url, headers, body: Buffer.concat(await request.toArray()).toString() });
    if (answer === 'hang') return;
    if (typeof answer === 'number') response.writeHead(answer).end(`answered ${answer}`);
    else response.writeHead(307, { location: answer.moved }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, posted };
};

/** An address at which nobody listens. */
export const createAbsentEndpoint = async (): Promise<string> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
};
