import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { problemsOf } from '../lineage/trackers/mlflow/published.ts';

// MLflow is not installed where these tests run. This server answers the six requests that are sent as its own does,
// by what is published of it, and refuses whatever is not as published.

export interface StoredRun {
  readonly experimentId: string;
  readonly start: number;
  readonly name: string;
  status: string;
  end: number | null;
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly metrics: {
    readonly key: string;
    readonly value: number | string;
    readonly timestamp: number;
    readonly step: number;
  }[];
}

export interface MlflowStandIn {
  readonly url: string;
  readonly experiments: Map<string, string>;
  readonly runs: Map<string, StoredRun>;
  /** Each request, as `POST runs/create`, with its headers. */
  readonly asked: { readonly what: string; readonly headers: IncomingMessage['headers'] }[];
  /** What was wrong with requests. */
  readonly problems: string[];
}

interface Options {
  /** A status to answer the request with, of which `what` says what it asks and `count` how many were before. */
  readonly refuse?: (what: string, count: number) => number | undefined;
  /** Where it stands below its host. */
  readonly prefix?: string;
}

interface Text {
  readonly key: string;
  readonly value: string;
}

/** All fields of all requests: each has been held against those of its own before it is looked at. */
interface Body {
  readonly experiment_name: string;
  readonly experiment_id: string;
  readonly experiment_ids: readonly string[];
  readonly name: string;
  readonly filter: string;
  readonly run_id: string;
  readonly run_name: string;
  readonly start_time: number;
  readonly status: string;
  readonly end_time: number;
  readonly tags: readonly Text[];
  readonly params: readonly Text[];
  readonly metrics: StoredRun['metrics'];
}

/** A real HTTP server on loopback that is gone when the test ends. */
export const createMlflow = async ({ refuse = () => undefined, prefix = '' }: Options = {}): Promise<MlflowStandIn> => {
  const state = { experiments: new Map(), runs: new Map(), asked: [], problems: [] } as Omit<MlflowStandIn, 'url'>;
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://here');
    const path = pathname.replace(`${prefix}/api/2.0/mlflow/`, '');
    const what = `${request.method} ${path}`;
    const status = refuse(what, state.asked.length);
    state.asked.push({ what, headers: request.headers });
    const text = Buffer.concat(await request.toArray()).toString();
    if (status !== undefined) return void response.writeHead(status).end('no');
    const body = (text === '' ? Object.fromEntries(searchParams) : JSON.parse(text)) as Body;
    const wrong = problemsOf(what, { ...body });
    state.problems.push(...wrong);
    if (wrong.length > 0) return answer(response, refused(400, 'INVALID_PARAMETER_VALUE'));
    answer(response, answers[path]!(state, body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`, ...state };
};

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

const answer = (response: ServerResponse, { status, json }: Answer): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
};

const refused = (status: number, error_code: string): Answer => ({
  status,
  json: { error_code, message: 'as it says' },
});
const done = (json: unknown): Answer => ({ status: 200, json });

type State = Omit<MlflowStandIn, 'url'>;

const answers: Readonly<Record<string, (state: State, body: Body) => Answer>> = {
  'experiments/get-by-name': ({ experiments }, { experiment_name: name }) => {
    const id = experiments.get(name);
    return id === undefined
      ? refused(404, 'RESOURCE_DOES_NOT_EXIST')
      : done({ experiment: { experiment_id: id, name, lifecycle_stage: 'active' } });
  },
  'experiments/create': ({ experiments }, { name }) => {
    if (experiments.has(name)) return refused(400, 'RESOURCE_ALREADY_EXISTS');
    experiments.set(name, String(experiments.size + 1));
    return done({ experiment_id: experiments.get(name) });
  },
  'runs/search': ({ runs }, { experiment_ids: ids, filter }) => {
    const [, key, value] = /^tags\."([^"]+)" = '([^']+)'$/.exec(filter)!;
    const found = [...runs].filter(([, run]) => ids.includes(run.experimentId) && run.tags.get(key!) === value);
    return done({ runs: found.map(([run_id, { status }]) => ({ info: { run_id, status } })) });
  },
  'runs/create': ({ runs }, { experiment_id, run_name, start_time, tags }) => {
    const id = String(runs.size).padStart(32, 'a');
    const set = new Map(tags.map(({ key, value }) => [key, value]));
    runs.set(id, {
      ...{ experimentId: experiment_id, name: run_name, start: start_time, status: 'RUNNING', end: null },
      ...{ params: new Map(), tags: set, metrics: [] },
    });
    return done({ run: { info: { run_id: id } } });
  },
  'runs/log-batch': ({ runs }, { run_id, metrics, params, tags }) => {
    const run = runs.get(run_id)!;
    for (const { key, value } of params) {
      if ((run.params.get(key) ?? value) !== value) return refused(400, 'INVALID_PARAMETER_VALUE');
      run.params.set(key, value);
    }
    for (const { key, value } of tags) run.tags.set(key, value);
    // A point is a row whose key is all of it: the same one is dropped.
    const known = new Set(run.metrics.map((point) => pointOf(point)));
    run.metrics.push(...metrics.filter((point) => !known.has(pointOf(point))));
    return done({});
  },
  'runs/update': ({ runs }, { run_id, status, end_time }) => {
    Object.assign(runs.get(run_id)!, { status, end: end_time });
    return done({ run_info: {} });
  },
};

const pointOf = ({ key, value, timestamp, step }: StoredRun['metrics'][number]): string =>
  JSON.stringify([key, value, timestamp, step]);
