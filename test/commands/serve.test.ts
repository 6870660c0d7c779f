import { request as httpRequest, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWell } from '../rig/kept.ts';
import { removeFolder, type TestProject } from '../rig/project.ts';
import { post, type Server, servedProject, startServer } from '../rig/serving.ts';
import { endOf, stemma } from '../rig/stemma.ts';

// `stemma serve` on loopback: a real model, real requests, and real faults.

let project: TestProject;
let server: Server;
let images: Server;
beforeAll(async () => {
  project = servedProject();
  for (const pipeline of ['penguins', 'mnist']) await runWell(project, [pipeline, 'train', '--backend', 'wasm']);
  server = await startServer(project, ['penguins', '--backend', 'wasm', '--max-rows', '3', '--max-body', '2000']);
  images = await startServer(project, ['mnist', '--backend', 'wasm']);
}, 300_000);
afterAll(async () => {
  for (const each of [server, images]) expect(await each.stop()).toMatchObject({ exitCode: 0, stdout: '' });
  removeFolder(project.root);
});

const torgersen = {
  ...{ Island: 'Torgersen', 'Beak Length (mm)': 39.1, 'Beak Depth (mm)': 18.7 },
  ...{ 'Flipper Length (mm)': 181, 'Body Mass (g)': 3750, Sex: 'MALE' },
};

/** Sends a body as it is. */
const send = (body: string | Uint8Array<ArrayBuffer>, type: string | undefined, { url }: Server = server) =>
  fetch(`${url}/predict`, { method: 'POST', body, headers: type === undefined ? {} : { 'content-type': type } });

const errorOf = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string; message: string; hint?: string } };
  return [response.status, error.code, error.message, ...(error.hint === undefined ? [] : [error.hint])];
};

describe('a row', () => {
  it('is answered, with or without its target', async () => {
    const { status, body } = await post(server.url, torgersen);
    expect(status).toBe(200);
    const [answer] = body.answers!;
    expect(Object.keys(answer!.probabilities!)).toEqual(['Adelie', 'Chinstrap', 'Gentoo']);
    expect((await post(server.url, [{ ...torgersen, Species: 'Gentoo' }])).body).toEqual(body);
  });

  it('is told what is wrong with it, all of it, as ingest would say it', async () => {
    const wrong = { ...torgersen, 'Body Mass (g)': '3750', Sex: '.' };
    const { status, body } = await post(server.url, [torgersen, wrong, { ...torgersen, Island: 'torgersen' }]);
    expect(status).toBe(422);
    expect(body.error).toEqual({
      code: 'bad-rows',
      message: 'request: row 2, column "Body Mass (g)": "3750" is no finite number (3 such findings in 2 of 3 rows)',
      hint: 'a number in quotes is a text, and no number',
      rows: [
        {
          ...{ row: 2, column: 'Body Mass (g)', found: '3750', what: 'is no finite number', expected: 'a number' },
          hint: 'a number in quotes is a text, and no number',
        },
        { row: 2, column: 'Sex', found: '.', what: 'has no value, and clean drops such rows', expected: 'a value' },
        {
          ...{ row: 3, column: 'Island', found: 'torgersen' },
          what: 'is none of the categories that the model was trained on',
          expected: '"Biscoe", "Dream", "Torgersen"',
        },
      ],
    });
  });

  it('is told of quotes where a number stands in some', async () => {
    const rows = ['1e400', '"1e400"', '"heavy"'].map((mass) => JSON.stringify(torgersen).replace('3750', mass));
    const { error } = (await (await send(`[${rows}]`, 'application/json')).json()) as Awaited<ReturnType<typeof post>>['body']; // biome-ignore format: one line
    const wrong = { column: 'Body Mass (g)', what: 'is no finite number', expected: 'a number' };
    expect(error?.rows).toEqual([
      { row: 1, found: '1e400', ...wrong },
      { row: 2, found: '1e400', ...wrong, hint: 'a number in quotes is a text, and no number' },
      { row: 3, found: 'heavy', ...wrong },
    ]);
  });

  it('has the columns of the model, and no others', async () => {
    const { Sex: _, ...lacking } = torgersen;
    expect((await post(server.url, { ...lacking, sex: 'MALE' })).body.error).toEqual({
      ...{ code: 'bad-rows', message: 'request has no column "Sex", which the model needs' },
      hint: 'it has "sex" where the model has "Sex"',
    });
    expect((await post(server.url, { ...torgersen, Year: 2007 })).body.error?.message).toBe(
      'request has the column "Year", which the model does not know',
    );
  });

  it('is described as a JSON Schema', async () => {
    const schema = (await (await fetch(`${server.url}/schema`)).json()) as {
      properties: Record<string, object>;
      required: string[];
    };
    expect(schema.required).toEqual(Object.keys(torgersen));
    expect(schema.properties['Island']).toEqual({ enum: ['Biscoe', 'Dream', 'Torgersen'] });
    expect(schema.properties['Body Mass (g)']).toEqual({ type: ['number'] });
  });
});

describe('a request', () => {
  it('that is no JSON, or of another type, is refused with what was expected', async () => {
    expect(await errorOf(await send('[{', 'application/json'))).toEqual([400, 'malformed-json', expect.stringContaining('the body is no JSON')]); // biome-ignore format: one line
    expect((await errorOf(await send('{}', 'application/json')))[0]).toBe(422);
    expect((await errorOf(await send('[]', 'application/json; charset=utf-8')))[2]).toBe('the request has no rows');
    expect((await errorOf(await send('[[1]]', 'application/json')))[2]).toBe('request: row 1 is no object');
    expect((await errorOf(await send(Uint8Array.of(0x5b, 0xff, 0x5d), 'application/json')))[2]).toBe('the body is not encoded in UTF-8'); // biome-ignore format: one line
    expect((await errorOf(await send('a,b', 'text/csv'))).slice(0, 2)).toEqual([415, 'unsupported-media-type']);
    expect((await errorOf(await send('x', 'image/png')))[0]).toBe(415);
    const zipped = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect((await fetch(`${server.url}/predict`, { method: 'POST', body: '[]', headers: zipped })).status).toBe(415);
  });

  it('that is too long is refused before it is read, and one of too many rows', async () => {
    expect(await errorOf(await send(JSON.stringify([torgersen, torgersen, torgersen, torgersen]), 'application/json'))).toEqual([
      ...[413, 'too-many-rows', 'the request has 4 rows, and may have 3'],
      'send fewer rows at a time; `stemma serve --max-rows` sets the limit',
    ]); // biome-ignore format: as it is read
    expect((await errorOf(await send(`"${'x'.repeat(3000)}"`, 'application/json'))).slice(0, 3)).toEqual([413, 'body-too-large', 'the body has more than 2000 bytes']); // biome-ignore format: one line
    // Without a length told, it is cut off at the limit.
    const told = await exchange({ method: 'POST', path: '/predict', headers: { 'content-type': 'application/json' } }, [
      '[',
      ' '.repeat(1500),
      ' '.repeat(1500),
    ]);
    expect([told.status, JSON.parse(told.body).error.code]).toEqual([413, 'body-too-large']);
  });

  it('for anything else is told what there is', async () => {
    expect((await errorOf(await fetch(`${server.url}/models`)))[0]).toBe(404);
    const wrong = await fetch(`${server.url}/predict`);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await fetch(`${server.url}/__proto__`)).status).toBe(404);
  });

  it('that is no HTTP, or has headers without end, is told so, and harms nobody', async () => {
    expect(await rawly('hello\r\n\r\n')).toContain('400 Bad Request');
    expect(await rawly(`GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`)).toContain('431');
    expect((await post(server.url, torgersen)).status).toBe(200);
  });

  it('whose client hangs up is let go', async () => {
    const { port } = server;
    for (const bytes of [
      'POST /predict HTTP/1.1\r\nhost: x\r\n',
      `POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n[`,
    ])
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(bytes, () => socket.destroy()));
        socket.once('close', () => resolve());
      });
    expect((await post(server.url, torgersen)).status).toBe(200);
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
  });
});

describe('an image', () => {
  it('that is broken, or of another size, is told as ingest tells it', async () => {
    const broken = await errorOf(await send(Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 'image/png', images));
    expect(broken).toEqual([422, 'bad-rows', expect.stringContaining('cannot be decoded'), 'expected: an image']);
    const rows = [
      { image: [1, 2, 3] },
      { image: Array.from({ length: 784 }, () => 300) },
      {},
      { image: new Array(784).fill(0) },
    ];
    const { status, body } = await post(images.url, rows);
    expect(status).toBe(422);
    expect(body.error?.rows).toMatchObject([
      { row: 1, column: 'image', found: '3 elements', what: 'has another shape than the model takes' },
      { row: 2, column: 'image', found: '300', what: 'is no element of type uint8' },
      { row: 3, column: 'image', what: 'has no value' },
    ]);
  });
});

describe('the server', () => {
  it('counts what it does', async () => {
    const metrics = await (await fetch(`${images.url}/metrics`)).text();
    expect(metrics).toContain('stemma_requests_total{path="/predict",code="422"} 2');
    expect(metrics).toMatch(/stemma_predict_seconds\{quantile="0.5"\} \d/);
    expect(metrics).toContain('stemma_requests_in_flight 1');
  });

  it('answers what is under way before it ends, and takes nothing new', { timeout: 60_000 }, async () => {
    const ending = await startServer(project, ['artifacts/penguins/train/model', '--backend', 'wasm']);
    const { port } = ending;
    const body = JSON.stringify(torgersen);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const half = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: '/predict', headers });
    const answered = new Promise<{ status: number; body: string }>((resolve, reject) => {
      half.once('error', reject);
      half.once('response', async (response) =>
        resolve({ status: response.statusCode ?? 0, body: await text(response) }),
      );
    });
    half.write(body.slice(0, 10));
    // The server has the request: it counts it.
    for (let counted = ''; !counted.includes('in_flight 2'); )
      counted = await (await fetch(`${ending.url}/metrics`)).text();
    ending.child.kill('SIGTERM');
    // Once nothing new is taken, the rest is sent.
    for (let refused = false; !refused; )
      refused = await fetch(`${ending.url}/healthz`).then(
        () => false,
        () => true,
      );
    half.end(body.slice(10));
    expect((await answered).status).toBe(200);
    expect(await endOf(ending.child)).toMatchObject({ exitCode: 0, stdout: '' });
  });

  it('says why it cannot listen', async () => {
    const taken = await stemma(project, ['serve', 'penguins', '--backend', 'wasm', '--port', String(server.port)]);
    expect(taken.exitCode).toBe(1);
    expect(taken.stderr).toContain('EADDRINUSE');
  });

  it('says that it can be reached from elsewhere', async () => {
    const open = await startServer(project, ['penguins', '--backend', 'wasm', '--host', '0.0.0.0']);
    expect((await open.stop()).stderr).toContain('note: 0.0.0.0 can be reached from other machines');
  });
});

/** A request with a body in pieces, and no length told. */
const exchange = (options: RequestOptions, pieces: readonly string[]): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest({ ...options, port: server.port, host: '127.0.0.1' }, async (response) =>
      resolve({ status: response.statusCode ?? 0, body: await text(response) }),
    );
    sent.on('error', reject);
    for (const piece of pieces) sent.write(piece);
    sent.end();
  });

const rawly = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes));
    socket.on('error', reject);
    text(socket).then(resolve, reject);
  });
