import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stream } from '../../src/learn/random.ts';
import { readRows } from '../learn/data/rows.ts';
import { runWell } from '../rig/kept.ts';
import { makeFolder, openProject, removeFolder, type TestProject } from '../rig/project.ts';
import { judgedBy, post, type Server, startServer } from '../rig/serving.ts';
import { stemma } from '../rig/stemma.ts';
import { wavOf } from '../rig/wav.ts';

// Sounds from files to a report and back: tones that rise, fall and stay, at any pitch and with noise, so that no single
// sample, and no frequency by itself, says which it is.

let project: TestProject;
let server: Server | undefined;
const kinds = { falling: -1500, rising: 1500, steady: 0 };

const sound = (slope: number, seed: number): Buffer => {
  const { next: random } = stream(seed);
  const [from, loud, phase] = [1700 + 600 * random(), 0.2 + 0.6 * random(), 6.28 * random()];
  const middle = from - slope / 10;
  return wavOf({
    channels: [
      Float32Array.from({ length: 1600 + Math.floor(400 * random()) }, (_, at) => {
        const t = at / 8000;
        return loud * Math.sin(phase + 2 * Math.PI * (middle + (slope * t) / 0.4) * t) + 0.1 * (random() - 0.5);
      }),
    ],
  });
};

beforeAll(async () => {
  project = openProject(makeFolder());
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(project.root, 'node_modules'));
  for (const [at, [kind, slope]] of Object.entries(kinds).entries())
    for (let each = 0; each < 60; each += 1)
      project.write(`sounds/${kind}/${String(each).padStart(2, '0')}.wav`, sound(slope, 1000 * at + each));
  const three = (stage: string) => ({
    train: `${stage}.train`,
    validation: `${stage}.validation`,
    test: `${stage}.test`,
  });
  const split = { test: 0.3, validation: 0.15, stratify: 'tone' };
  const train = {
    model: { preset: 'cnn', filters: [8], units: [16] },
    optimizer: { name: 'adam', rate: 0.01 },
    epochs: 12,
    batch_size: 16,
    preflight: false,
  };
  project.pipeline(
    {
      ...{ name: 'tones', seed: 5 },
      stages: {
        ingest: { uses: 'ingest', deps: { source: { path: 'sounds' } }, params: { target: 'tone', sounds: { seconds: 0.2, bands: 16 } } },
        split: { uses: 'split', deps: { examples: 'ingest.examples' }, params: split },
        normalize: { uses: 'normalize', deps: three('split'), params: { method: 'standard' } },
        train: { uses: 'train', deps: { train: 'normalize.train', validation: 'normalize.validation', fitted: 'normalize.fitted' }, params: train },
        evaluate: { uses: 'evaluate', deps: { model: 'train.model', test: 'normalize.test' } },
        report: { uses: 'report', deps: { evaluation: 'evaluate.evaluation', examples: 'ingest.examples', origins: 'ingest.origins' } },
      },
    },
    'tones',
  ); // biome-ignore format: a line a stage
}, 60_000);
afterAll(async () => {
  await server?.stop();
  removeFolder(project.root);
});

it('are learned, and asked about as files, by HTTP and by row, with the answers that were judged', {
  timeout: 300_000,
}, async () => {
  const { ended } = await runWell(project, ['tones', '--backend', 'wasm']);
  expect((ended['evaluate']!.metrics!['accuracy'] as { value: number }).value).toBeGreaterThan(0.9);

  const judged = await judgedBy(project, 'tones');
  const { ids } = await readRows(join(project.root, 'artifacts/tones/ingest/examples'));
  const fileOf = (id: string) => {
    const row = ids.indexOf(id);
    return `sounds/${Object.keys(kinds)[Math.floor(row / 60)]}/${String(row % 60).padStart(2, '0')}.wav`;
  };
  const answers = judged.map(({ id: _, ...answer }) => answer);
  const files = judged.map(({ id }) => fileOf(id));
  const told = await stemma(project, ['predict', 'tones', ...files, '--backend', 'wasm']);
  expect([told.exitCode, told.stderr]).toEqual([0, `${files.length} rows predicted`]);
  const rows = told.stdout.split('\n').map((line) => JSON.parse(line) as object);
  expect(rows).toMatchObject(answers);

  const trace = await stemma(project, ['trace', judged[0]!.id]);
  expect(trace.stdout).toContain(files[0]!.slice('sounds/'.length));

  server = await startServer(project, ['tones', '--backend', 'wasm']);
  const ask = async (body: Uint8Array, type = 'audio/wav') => {
    const response = await fetch(`${server!.url}/predict`, { method: 'POST', headers: { 'content-type': type }, body: Buffer.from(body) }); // biome-ignore format: one line
    return { status: response.status, body: (await response.json()) as { answers?: object[]; error?: { message: string; rows?: object[] } } }; // biome-ignore format: one line
  };
  const first = readFileSync(join(project.root, files[0]!));
  expect((await ask(first)).body.answers).toEqual([answers[0]]);
  expect((await ask(first, 'audio/x-wav')).status).toBe(200);
  expect(await ask(first.subarray(0, 900))).toMatchObject({ status: 422, body: { error: { rows: [{ what: expect.stringContaining('cannot be decoded: its header promises') }] } } }); // biome-ignore format: one line
  const faster = wavOf({ channels: [new Float32Array(4000)], rate: 16_000 });
  expect(await ask(faster)).toMatchObject({ status: 422, body: { error: { rows: [{ found: '16000', what: expect.stringContaining('another rate') }] } } }); // biome-ignore format: one line
  expect(await ask(first, 'audio/mpeg')).toMatchObject({ status: 415 });
  expect((await post(server.url, { sound: [1, 2] })).body.error?.rows).toMatchObject([{ what: 'has another shape than the model takes' }]); // biome-ignore format: one line
  const schema = (await (await fetch(`${server.url}/schema`)).json()) as { description: string };
  expect(schema.description).toContain('audio/wav');
});
