import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

// As much of W&B's server as its own client needs to upload a run: nothing of it leaves this machine.

export interface Uploaded {
  /** Variables of each `UpsertBucket`, in order. */
  readonly upserts: Readonly<Record<string, unknown>>[];
  /** Rows of the history, as JSON. */
  readonly history: string[];
  /** The last summary, as JSON. */
  summary?: string;
  /** What the last word on the run was. */
  exit?: { readonly complete: boolean; readonly exitcode: number };
}

interface Stream {
  readonly files?: Readonly<Record<string, { readonly offset: number; readonly content: readonly string[] }>>;
  readonly complete?: boolean;
  readonly exitcode?: number;
}

export const createWandb = async (): Promise<Uploaded & { readonly url: string }> => {
  const uploaded: Uploaded & { url: string } = { url: '', upserts: [], history: [] };
  const server = createServer(async (request, response) => {
    const sent = Buffer.concat(await request.toArray());
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString();
    const isQuery = request.url === '/graphql';
    const json = isQuery
      ? answer(JSON.parse(text) as Query, uploaded)
      : take(JSON.parse(text || '{}') as Stream, uploaded);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  uploaded.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return uploaded;
};

interface Query {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const answer = ({ query, variables }: Query, { upserts }: Uploaded) => {
  if (!query.includes('upsertBucket'))
    return { data: { viewer: { id: 'u', entity: 'me', username: 'me', flags: '{}' } } };
  upserts.push(variables);
  const project = { id: 'p', name: variables['project'], entity: { id: 'e', name: 'me' } };
  const bucket = {
    id: 'b',
    name: variables['name'],
    displayName: null,
    description: null,
    config: '{}',
    sweepName: null,
  };
  return { data: { upsertBucket: { bucket: { ...bucket, project, historyLineCount: 0 }, inserted: true } } };
};

const take = ({ files = {}, complete, exitcode }: Stream, uploaded: Uploaded) => {
  uploaded.history.push(...(files['wandb-history.jsonl']?.content ?? []));
  const summary = files['wandb-summary.json']?.content.at(-1);
  if (summary !== undefined) uploaded.summary = summary;
  if (complete !== undefined && exitcode !== undefined) uploaded.exit = { complete, exitcode };
  return { exitcode: null, limits: {} };
};
