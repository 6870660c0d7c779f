import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/types/json.ts';
import { runWell } from '../rig/kept.ts';
import { removeFolder, type TestProject } from '../rig/project.ts';
import { post, servedProject, startServer } from '../rig/serving.ts';
import { stemma } from '../rig/stemma.ts';

// From which probability on an answer is taken, as people ask for it: by a pipeline's name, by a file, by a number.

const three = { train: 'split.train', validation: 'split.validation', test: 'split.test' };
const pipeline = {
  ...{ name: 'sexes', seed: 3 },
  objective: { metric: 'recall', mode: 'max', on: 'validation', positive: 'MALE', subject_to: { precision: { min: 0.6 } } }, // biome-ignore format: one line
  stages: {
    ingest: { uses: 'ingest', deps: { source: { package: 'vega-datasets', path: 'data/penguins.json' } }, params: { target: 'Sex', missing: ['', '.'] } }, // biome-ignore format: one line
    clean: { uses: 'clean', deps: { examples: 'ingest.examples' }, params: { missing: { default: 'drop' } } },
    split: { uses: 'split', deps: { examples: 'clean.examples' }, params: { test: 0.4, validation: 0.3, stratify: 'Sex' } }, // biome-ignore format: one line
    normalize: { uses: 'normalize', deps: three },
    train: {
      uses: 'train',
      deps: { train: 'normalize.train', validation: 'normalize.validation', fitted: 'normalize.fitted' },
      params: { preflight: false, epochs: 3, model: { preset: 'mlp', units: [4] } },
    },
    evaluate: { uses: 'evaluate', deps: { model: 'train.model', test: 'normalize.test', validation: 'normalize.validation' } }, // biome-ignore format: one line
  },
};

const source = join(import.meta.dirname, '../../node_modules/vega-datasets/data/penguins.json');
const rows = (JSON.parse(readFileSync(source, 'utf8')) as readonly { readonly Sex: string | null }[])
  .filter((row) => row.Sex === 'MALE' || row.Sex === 'FEMALE')
  .slice(0, 60);

let project: TestProject;
let refusedBefore: Awaited<ReturnType<typeof stemma>>;
let threshold: { readonly value: number; readonly rows: number };
beforeAll(async () => {
  project = servedProject();
  project.pipeline(pipeline, 'sexes');
  project.write('rows.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
  await runWell(project, ['sexes', 'train', '--backend', 'wasm']);
  refusedBefore = await predict('sexes');
  await runWell(project, ['sexes', '--backend', 'wasm']);
  ({ threshold } = JSON.parse(project.read('artifacts/sexes/evaluate/evaluation.json')));
}, 300_000);
afterAll(() => removeFolder(project.root));

const predict = (model: string, ...args: string[]) =>
  stemma(project, ['predict', model, 'rows.jsonl', ...args, '--backend', 'wasm']);

interface Line {
  readonly predicted: string;
  readonly probabilities: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, number>>;
}
const lines = (stdout: string): readonly Line[] => stdout.split('\n').map((line) => JSON.parse(line));
const takenFrom = (value: number, all: readonly Line[]): readonly string[] =>
  all.map(({ probabilities }) => (probabilities['MALE']! >= value ? 'MALE' : 'FEMALE'));

describe('the threshold of a pipeline', { timeout: 120_000 }, () => {
  it('is that of its evaluation, which has to be there', async () => {
    expect(refusedBefore).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refusedBefore.stderr).toContain('evaluate is to choose a threshold, and has no evaluation in the workspace');
    const { exitCode, stdout, stderr } = await predict('sexes');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('note: "MALE" is taken from a probability of ');
    expect(stderr).toContain(`(evaluate: chosen for recall on ${threshold.rows} validation examples)`);
    const told = lines(stdout);
    expect(told[0]!.thresholds).toEqual({ MALE: threshold.value });
    expect(told.map(({ predicted }) => predicted)).toEqual(takenFrom(threshold.value, told));
    // A threshold that changed nothing would prove nothing.
    expect(takenFrom(threshold.value, told)).not.toEqual(takenFrom(0.5, told));
  });

  it('gives way to one that is asked for, of a class by its name or of the positive one', async () => {
    const told = lines((await predict('sexes', '--threshold', '0.9')).stdout);
    expect(told[0]!.thresholds).toEqual({ MALE: 0.9 });
    expect(told.map(({ predicted }) => predicted)).toEqual(takenFrom(0.9, told));
    expect(takenFrom(0.9, told)).not.toEqual(takenFrom(threshold.value, told));
    const others = lines((await predict('sexes', '--threshold', 'FEMALE=0.9')).stdout);
    expect(others[0]!.thresholds).toEqual({ FEMALE: 0.9 });
    for (const [asked, why] of [
      ['1.5', '"1.5" is no threshold'],
      ['CHICK=0.5', '"CHICK" is nothing that the model predicts'],
    ] as const) {
      const refused = await predict('sexes', '--threshold', asked);
      expect(refused, asked).toMatchObject({ exitCode: 2, stdout: '' });
      expect(refused.stderr).toContain(why);
    }
  });

  it('comes from a file for a folder elsewhere, of this very model', async () => {
    project.write('copy.json', project.read('artifacts/sexes/evaluate/evaluation.json'));
    const told = await predict('artifacts/sexes/train/model', '--evaluation', 'copy.json');
    expect(lines(told.stdout)[0]!.thresholds).toEqual({ MALE: threshold.value });
    project.write('other.json', project.read('copy.json').replace(/"model": *"sha256:./, '"model":"sha256:0'));
    const other = await predict('sexes', '--evaluation', 'other.json');
    expect(other).toMatchObject({ exitCode: 2, stdout: '' });
    expect(other.stderr).toContain('has judged another model than this one');
  });
});

it('a server says what comes out, and by what it is taken', { timeout: 120_000 }, async () => {
  const server = await startServer(project, ['sexes', '--backend', 'wasm']);
  const schema = (await (await fetch(`${server.url}/schema`)).json()) as { $defs: { response: JsonObject } };
  const { status, body } = await post(server.url, rows.map(({ Sex: _, ...row }) => row)); // biome-ignore format: one line
  await server.stop();
  expect(status).toBe(200);
  const ajv = new Ajv2020();
  expect(ajv.validate(schema, rows[0]), ajv.errorsText()).toBe(true);
  expect(ajv.validate(schema.$defs.response, body), ajv.errorsText()).toBe(true);
  const from = `evaluate: chosen for recall on ${threshold.rows} validation examples`;
  expect(schema.$defs.response).toMatchObject({
    properties: {
      decision: { const: { thresholds: { MALE: threshold.value }, from } },
      answers: {
        items: {
          properties: {
            predicted: { enum: ['FEMALE', 'MALE'], description: expect.stringContaining(from) },
            probabilities: { required: ['FEMALE', 'MALE'] },
          },
        },
      },
    },
  });
  expect(ajv.validate(schema.$defs.response, { ...body, answers: [{ predicted: 'CHICK' }] })).toBe(false);
});
