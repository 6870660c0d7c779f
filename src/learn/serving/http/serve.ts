import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServeOrder } from '../../../types/serving-program.ts';
import { answersTo } from '../answer.ts';
import { aheadOf } from '../answer-text.ts';
import { toldOf } from '../decision/decision.ts';
import type { Servable } from '../servable.ts';
import { readRequest } from './ask.ts';
import { type Counters, createCounters } from './counters.ts';
import { type Problem, problemBody, problemOf, refuse } from './problem.ts';
import { createQueue, type Queue } from './queue.ts';
import { rowSchema } from './row-schema.ts';

export interface Serving {
  readonly host: string;
  readonly port: number;
  /** Takes no more requests, answers those that are under way, and tells how many there were in all. */
  stop(): Promise<number>;
}

/** Serves a model over HTTP, on one address. */
export const serve = async (servable: Servable, order: ServeOrder): Promise<Serving> => {
  const queue = createQueue((features) => answersTo(servable, features), rowsTogether);
  const state: State = {
    servable,
    order,
    queue,
    counters: createCounters(),
    inFlight: 0,
    requests: 0,
    stopping: false,
  };
  const server = createServer(timeouts(order.limits.requestSeconds), (request, response) => {
    void handle(state, request, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Node has not got as far as a request, or has given up waiting for the rest of one.
    const problem = unreadable[error.code ?? ''] ?? unreadable['']!;
    if (socket.writable) socket.end(rawAnswer(problem));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(order.port, order.host, resolve);
  });
  const { address: host, port } = server.address() as AddressInfo;
  return { host, port, stop: () => stop(server, state) };
};

interface State {
  readonly servable: Servable;
  readonly order: ServeOrder;
  readonly queue: Queue;
  readonly counters: Counters;
  inFlight: number;
  requests: number;
  stopping: boolean;
}

/** Rows that the model is asked about together. */
const rowsTogether = 500;

/** Requests that are answered at a time: each may have a whole body in memory. */
const mostInFlight = 64;

const timeouts = (seconds: number) => ({
  headersTimeout: seconds * 1000,
  requestTimeout: seconds * 1000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 500,
});

const handle = async (state: State, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const began = performance.now();
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  state.inFlight += 1;
  state.requests += 1;
  // Who has gone gets no answer, and that is no error of ours.
  response.on('error', () => undefined);
  let status = 200;
  try {
    const { type, body } = await answer(state, { request, path });
    send(response, { status, type, body, headers: closing(state) });
  } catch (error) {
    const problem = problemOf(error);
    status = problem.status;
    if (status === 500) process.stderr.write(`${(error as Error)?.stack ?? String(error)}\n`);
    send(response, { status, ...asJson(problemBody(problem)), headers: { ...problem.headers, ...closing(state) } });
    // What nobody will read is not waited for.
    if (problem.headers?.['connection'] === 'close') request.resume();
  } finally {
    state.inFlight -= 1;
    state.counters.answered(path in routes ? path : 'other', status, (performance.now() - began) / 1000);
  }
};

interface Asked {
  readonly request: IncomingMessage;
  readonly path: string;
}

interface Answered {
  readonly type: string;
  readonly body: string;
}

const answer = async (state: State, { request, path }: Asked): Promise<Answered> => {
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined)
    return refuse(404, 'not-found', {
      message: `there is nothing at ${path}`,
      hint: `there are ${Object.keys(routes).join(', ')}`,
    });
  if (request.method !== route.method)
    return refuse(405, 'method-not-allowed', {
      ...{ message: `${path} is asked with ${route.method}, not ${request.method}`, headers: { allow: route.method } },
    });
  return route.answer(state, request);
};

interface Route {
  readonly method: 'GET' | 'POST';
  readonly answer: (state: State, request: IncomingMessage) => Promise<Answered> | Answered;
}

const asJson = (value: unknown): Answered => ({ type: 'application/json', body: `${JSON.stringify(value)}\n` });

/** An answer to a window says with which row it ends; others stand in the order of the rows. */
const placeOf = (servable: Servable, row: number): object =>
  servable.windowing === undefined ? {} : { row, ...aheadOf(servable) };

const routes: Readonly<Record<string, Route>> = {
  '/predict': {
    method: 'POST',
    answer: async (state, request) => {
      const { servable, order, queue, counters, inFlight } = state;
      if (inFlight > mostInFlight)
        return refuse(503, 'busy', { message: 'too many requests at a time', headers: { 'retry-after': '1' } });
      const unknown = order.allowUnknown ? 'answer' : 'refuse';
      const prepared = await readRequest(request, servable, { limits: order.limits, unknown });
      const answers = await queue.ask(prepared.examples);
      counters.rows(answers.length);
      const told = prepared.unknown.length === 0 ? {} : { unknown: prepared.unknown };
      const decided = servable.decision === undefined ? {} : { decision: toldOf(servable.decision) };
      const placed = answers.map((answer, at) => ({ ...placeOf(servable, prepared.numbers[at]!), ...answer }));
      return asJson({ answers: placed, ...decided, ...told });
    },
  },
  '/schema': { method: 'GET', answer: ({ servable }) => asJson(rowSchema(servable)) },
  '/healthz': { method: 'GET', answer: () => asJson({ status: 'ok' }) },
  '/metrics': {
    method: 'GET',
    answer: ({ counters, inFlight, queue }) => ({
      type: 'text/plain; version=0.0.4; charset=utf-8',
      body: counters.text({ inFlight, batches: queue.asked() }),
    }),
  },
};

interface Sent extends Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

const send = (response: ServerResponse, { status, type, body, headers }: Sent): void => {
  if (response.destroyed) return;
  response.writeHead(status, {
    ...{ 'content-type': type, 'content-length': Buffer.byteLength(body) },
    ...{ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' },
    ...headers,
  });
  response.end(body);
};

const closing = ({ stopping }: State): Record<string, string> => (stopping ? { connection: 'close' } : {});

const unreadable: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'bad-request', message: 'the headers of the request are too long' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'timeout', message: 'the request has not arrived in time' },
  '': { status: 400, code: 'bad-request', message: 'this is no request of HTTP/1.1' },
};

const rawAnswer = (problem: Problem): string => {
  const { type, body } = asJson(problemBody(problem));
  const head = [`HTTP/1.1 ${problem.status} ${words[problem.status]}`, `content-type: ${type}`, 'connection: close'];
  return `${[...head, `content-length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`;
};

const words: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** Who does not send the rest of a request is not waited for longer than any request is. */
const stop = async (server: Server, state: State): Promise<number> => {
  state.stopping = true;
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  const late = setTimeout(() => server.closeAllConnections(), state.order.limits.requestSeconds * 1000);
  await closed;
  clearTimeout(late);
  return state.requests;
};
