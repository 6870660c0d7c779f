import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProvDocument } from '../../src/lineage/prov.ts';
import { runWell, stemma } from '../rig/kept.ts';
import { makeFolder, openProject, removeFolder, type TestProject } from '../rig/project.ts';
import { type Run, recordOf, stageRunOf } from '../rig/stemma.ts';
import { sha256 } from '../rig/store.ts';

// Two pipelines, a folder as input, a stage type of the project's own, and params that changed from run to run.

const root = makeFolder();
const project: TestProject = openProject(root);
afterAll(() => removeFolder(root));

const pipelineOfModels = (epochs: number) => ({
  name: 'models',
  stages: {
    gather: {
      run: ['cp', '-r', '{deps.images}', '{outs.all}'],
      deps: { images: { path: 'data/images' } },
      outs: { all: 'all' },
    },
    train: {
      uses: 'fit',
      deps: { in: 'gather.all', rules: { path: 'data/rules.csv' } },
      params: { epochs, optimizer: { name: 'adam' } },
    },
  },
});

const pipelineOfUse = {
  name: 'use',
  stages: {
    pack: {
      run: ['cp', '{deps.model}', '{outs.bundle}'],
      deps: { model: { pipeline: 'models', out: 'train.model' } },
      outs: { bundle: 'bundle.txt' },
    },
    gather: {
      run: ['cp', '{deps.rules}', '{outs.all}'],
      deps: { rules: { path: 'data/rules.csv' } },
      outs: { all: 'all' },
    },
  },
};

/** A stage that another pipeline has too is executed once for both. */
const twin = { name: 'twin', stages: { gather: pipelineOfModels(1).stages.gather } };

let first: Run;
let second: Run;

beforeAll(async () => {
  project.write('data/images/a.txt', 'image a\n');
  project.write('data/images/b.txt', 'image b\n');
  project.write('data/rules.csv', 'least,most\n');
  project.write(
    'node_modules/fitter/package.json',
    '{"name":"fitter","version":"1.2.3","type":"module","main":"i.js"}',
  );
  project.write('node_modules/fitter/i.js', 'export const written = (params) => JSON.stringify({ params });');
  project.stageType('fit', {
    declaration: {
      deps: {
        in: { type: 'any', description: 'Images.' },
        rules: { type: 'any', description: 'Rules.' },
      },
      outs: { model: { type: 'model', path: 'model.txt', description: 'A model.' } },
    },
    code: `
      import { writeFileSync } from 'node:fs';
      import { written } from 'fitter';
      export const run = async ({ params, deps, outs }) => writeFileSync(outs.model, written(params));
    `,
  });
  project.pipeline(pipelineOfModels(1), 'models');
  project.pipeline(pipelineOfUse, 'use');
  first = await runWell(project, ['models']);
  await runWell(project, ['use']);
  project.pipeline(twin, 'twin');
  await runWell(project, ['twin']);
  project.pipeline(pipelineOfModels(2), 'models');
  second = await runWell(project, ['models']);
  await runWell(project, ['use']);
}, 60_000);

const trace = (...args: string[]) => stemma(project, ['trace', ...args]);
const traceJson = async (...args: string[]): Promise<ProvDocument> =>
  JSON.parse((await trace(...args, '--json')).stdout) as ProvDocument;
const modelOf = (run: Run) => stageRunOf(project, run, 'train').outs[0]!.digest;
const runName = (run: Run) => recordOf(project, run).run;

describe('a model upwards', () => {
  it('shows stage runs, params with values, code, packages with their versions, raw files and the run that made it', async () => {
    const { stdout, exitCode } = await trace('artifacts/models/train/model.txt', '--up');
    expect(exitCode).toBe(0);
    const { fields } = stageRunOf(project, second, 'train');
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(`artifacts/models/train/model.txt  file ${modelOf(second)}`);
    expect(stdout).toContain('recorded as models: train.model at artifacts/models/train/model.txt');
    expect(stdout).toContain('made from 2 stage runs');
    expect(stdout).toContain(`train  ran in run ${runName(second)} (models)`);
    expect(stdout).toContain('params  epochs 2, optimizer.name "adam"');
    expect(stdout).toContain(`code  fit version 1, ${String(fields['code']).slice(7, 15)}, Node `);
    expect(stdout).toContain('packages  fitter@1.2.3');
    expect(stdout).toContain(`rules ← file data/rules.csv  ${sha256('least,most\n').slice(0, 8)}  11 B`);
    expect(stdout).toContain(`gather  ran in run ${runName(first)} (models)`);
    expect(stdout).toContain('command  cp -r {deps.images} {outs.all}');
    expect(stdout).toMatch(/images ← folder data\/images {2}[0-9a-f]{8} {2}folder of 2 files, 16 B/);
    expect(stdout).not.toContain('made from it');
  });

  it('is recognized where it was copied to', async () => {
    copyFileSync(join(root, 'artifacts/models/train/model.txt'), join(root, 'elsewhere.bin'));
    const { stdout, exitCode } = await trace('elsewhere.bin', '--up');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('recorded as models: train.model at artifacts/models/train/model.txt');
    expect(stdout).toContain('params  epochs 2');
  });
});

describe('stage.out', () => {
  it('is that of the newest run, or of the one asked for', async () => {
    expect((await traceJson('train.model')).target.id).toBe(modelOf(second));
    expect((await traceJson('train.model', '--run', runName(first))).target.id).toBe(modelOf(first));
  });

  it('of several pipelines has to be told which', async () => {
    const { exitCode, stderr } = await trace('gather.all');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 });
    expect(stderr).toMatch(/several pipelines have gather\.all\nhint: name one with --pipeline: .*models/);
    const { target } = await traceJson('gather.all', '--pipeline', 'use');
    expect(target.id).toBe(`sha256:${sha256('least,most\n')}`);
  });

  it('of a pipeline that only restored it was made by the one that executed it', async () => {
    const { exitCode, stdout } = await trace('gather.all', '--pipeline', 'twin', '--up');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`gather  ran in run ${runName(first)} (models)`);
  });

  it.each([
    [['trian.model', '--pipeline', 'models'], 'did you mean "train.model"?'],
    [['train.modle'], 'did you mean "train.model"?'],
    [['trian'], 'did you mean "train"?'],
    [['train.weights'], 'outs of "train": train.model'],
    [['train.model', '--pipeline', 'model'], 'did you mean "models"?'],
    [['train.model', '--run', '2020'], '`stemma runs` lists them'],
    [['no/such/file'], 'neither a path, nor a digest, nor a stage'],
  ])('%j is a mistake', async (args, said) => {
    const { exitCode, stderr } = await trace(...args);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 });
    expect(stderr).toContain(said);
  });
});

describe('a raw file downwards', () => {
  it('names the models that saw it first', async () => {
    const { stdout } = await trace('data/rules.csv', '--down');
    expect(stdout).toMatch(/made from it 2 model artifacts, .*; 5 stage runs in 4 runs/);
    const models = stdout.split('\n').filter((line) => line.startsWith('  model '));
    expect(models).toEqual([
      `  model ${modelOf(second).slice(7, 15)}  models: train.model  run ${runName(second)}`,
      `  model ${modelOf(first).slice(7, 15)}  models: train.model  run ${runName(first)}`,
    ]);
  });

  it('inside a folder that was an input is found by the manifests, across pipelines', async () => {
    const { nodes, target } = await traceJson('data/images/a.txt', '--down');
    expect(target.recordedAs).toContain('a.txt in data/images');
    const activities = nodes.flatMap((node) => (node.type === 'activity' ? [`${node.pipeline}: ${node.stage}`] : []));
    expect(activities.toSorted()).toEqual([
      'models: gather',
      'models: train',
      'models: train',
      'use: pack',
      'use: pack',
    ]);
  });

  it('says where a file inside an out lay, and that it came from outside too', async () => {
    const { stdout } = await trace('artifacts/models/gather/all/b.txt');
    expect(stdout).toContain('recorded as b.txt in models: gather.all at artifacts/models/gather/all');
    expect(stdout).toContain('made from 1 stage run\n');
    expect(stdout).toMatch(/made from it 2 model artifacts/);
  });

  it('that was changed since is told, with what it was recorded as', async () => {
    project.write('data/images/a.txt', 'another image\n');
    const { exitCode, stderr, stdout } = await trace('data/images/a.txt');
    project.write('data/images/a.txt', 'image a\n');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('no stage has read or made data/images/a.txt as it is now');
    expect(stderr).toContain(
      `it was changed since: recorded as sha256:${sha256('image a\n')} in run ${runName(first)}`,
    );
  });

  it('that is there no more is traced as it was recorded', async () => {
    rmSync(join(root, 'data/rules.csv'));
    const { exitCode, stdout } = await trace('data/rules.csv', '--down');
    project.write('data/rules.csv', 'least,most\n');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('data/rules.csv is there no more: this is how run');
    expect(stdout).toContain('made from it 2 model artifacts');
  });

  it('that no stage has read or made ends with 1', async () => {
    project.write('notes.txt', 'nothing of a pipeline\n');
    const { exitCode, stderr } = await trace('notes.txt');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no stage has read or made notes.txt as it is now');
  });
});

describe('a digest', () => {
  it.each<[string, () => string, string]>([
    ['an artifact', () => modelOf(second), 'recorded as models: train.model'],
    ['a file in a folder', () => sha256('image b\n'), 'recorded as b.txt in data/images'],
    [
      'a stage run',
      () => recordOf(project, second).stages[1]!.stageRun!,
      'recorded as record of stage train of models',
    ],
    [
      'a fingerprint',
      () => recordOf(project, second).stages[1]!.fingerprint!,
      'recorded as fingerprint of stage train of models',
    ],
    ['a run', () => recordDigest(second), `recorded as record of run`],
  ])('of %s is found by its beginning', async (_, digest, said) => {
    const prefix = digest().replace('sha256:', '').slice(0, 16);
    const { exitCode, stdout, stderr } = await trace(prefix);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(said);
  });

  it('that nobody knows ends with 1', async () => {
    const { exitCode, stderr } = await trace('0123456789abcdef0123');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'no example has an id, and no record knows a digest, that is or begins with 0123456789abcdef0123',
    );
  });
});

const recordDigest = ({ events }: Run): string =>
  events.flatMap((event) => (event.type === 'run-ended' ? [event.record] : []))[0]!;

describe('for programs', () => {
  it('has the relations of W3C PROV', async () => {
    const { nodes, edges } = await traceJson('train.model', '--up');
    const train = stageRunOf(project, second, 'train');
    const id = recordOf(project, second).stages[1]!.stageRun!;
    expect(nodes.find((node) => node.id === id)).toMatchObject({
      type: 'activity',
      stage: 'train',
      fields: { params: { epochs: 2 } },
    });
    for (const { name, digest } of train.inputs) {
      expect(edges).toContainEqual({ relation: 'used', activity: id, entity: digest, role: name });
      expect(edges).toContainEqual({
        relation: 'wasDerivedFrom',
        generated: modelOf(second),
        used: digest,
        activity: id,
      });
    }
    expect(edges).toContainEqual({ relation: 'used', activity: id, entity: train.fields['code'], role: 'code' });
    expect(edges).toContainEqual({ relation: 'wasGeneratedBy', entity: modelOf(second), activity: id, role: 'model' });
    const known = new Set(nodes.map((node) => node.id));
    for (const edge of edges)
      for (const end of Object.entries(edge).filter(([key]) => !['relation', 'role'].includes(key)))
        expect(known, String(end)).toContain(end[1]);
  });

  it.each(['mermaid', 'dot'])('draws %s', async (format) => {
    const { exitCode, stdout } = await trace('train.model', '--format', format);
    expect(exitCode).toBe(0);
    for (const name of ['models: gather', 'models: train', 'use: pack', 'data/images', 'data/rules.csv'])
      expect(stdout).toContain(name);
  });
});
