import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProvDocument } from '../../src/lineage/prov.ts';
import { runWell, stemma } from '../rig/kept.ts';
import { makeFolder, openProject, removeFolder, type TestProject } from '../rig/project.ts';

// Lineage does not end where a pipeline does: at outs of others, at accepted ones, at such as were restored from a third.

const root = makeFolder();
const project: TestProject = openProject(root);
afterAll(() => removeFolder(root));

const copy = (dep: string | object, out: object, text = '') => ({
  run: `cat {deps.in} > {outs.out}; printf '${text}' >> {outs.out}`,
  deps: { in: dep },
  outs: { out },
});
const model = { path: 'model.txt', type: 'model' };

/** A model of a raw file, and a gate that accepts whatever it is given. */
const gated = (text: string) => ({
  stages: {
    train: copy({ path: 'data/rules.csv' }, model, text),
    evaluate: {
      run: ['cp', 'evaluation.json', '{outs.out}'],
      deps: { model: 'train.out', says: { path: 'evaluation.json' } },
      outs: { out: { path: 'evaluation.json', type: 'evaluation' } },
    },
    gate: {
      uses: 'gate',
      deps: { evaluation: 'evaluate.out', model: 'train.out', accepted: { accepted: 'evaluate.out' } },
      params: { require: { accuracy: { min: 0.5 } } },
    },
  },
});

const evaluation = {
  format: 'stemma-evaluation-v1',
  kind: 'classification',
  rows: 100,
  target: 'y',
  classes: ['a', 'b'],
  metrics: { accuracy: { value: 0.9, low: 0.9, high: 0.9 } },
  per_class: [],
  confusion: [
    [50, 0],
    [0, 50],
  ],
  baseline: { name: 'majority', answer: 'a', metrics: { accuracy: 0.5 } },
  wrong_rows: 0,
  wrong: [],
};

beforeAll(async () => {
  project.write('data/rules.csv', 'least,most\n');
  project.write('evaluation.json', JSON.stringify(evaluation));
  project.pipeline(gated('first'), 'base');
  await runWell(project, ['base']);
  project.pipeline({ stages: { train: copy({ pipeline: 'base', out: 'train.out' }, model, 'tuned') } }, 'tuned');
  await runWell(project, ['tuned']);
}, 60_000);

const activities = async (...args: string[]): Promise<string[]> => {
  const { stdout } = await stemma(project, ['trace', ...args, '--json']);
  const { nodes } = JSON.parse(stdout) as ProvDocument;
  return nodes.flatMap((node) => (node.type === 'activity' ? [`${node.pipeline}: ${node.stage}`] : [])).sort();
};

describe('a model made of one that a gate accepted', () => {
  it('is found from the raw file that the accepted one was made from', async () => {
    const all = ['base: evaluate', 'base: gate', 'base: train', 'tuned: train'];
    expect(await activities('data/rules.csv', '--down')).toEqual(all);
    const { stdout } = await stemma(project, ['trace', 'data/rules.csv', '--down']);
    expect(stdout).toContain('made from it 2 model artifacts');
  });

  it('is traced up to that file', async () => {
    expect(await activities('train.out', '--pipeline', 'tuned', '--up')).toEqual(['base: train', 'tuned: train']);
    const { stdout } = await stemma(project, ['trace', 'train.out', '--pipeline', 'tuned', '--up']);
    expect(stdout).toContain('in ← accepted base: train.out');
    expect(stdout).toContain('in ← file data/rules.csv');
  });
});

describe('a verdict', () => {
  it('was made from the evaluation of the model that was accepted before, and of what made that', async () => {
    project.pipeline(gated('second'), 'base');
    await runWell(project, ['base']);
    const { stdout } = await stemma(project, ['trace', 'gate.verdict', '--pipeline', 'base', '--up']);
    expect(stdout).toContain('accepted ← accepted base: evaluate.out');
    expect(stdout.match(/^[^←]*train {2}ran in run/gm)).toHaveLength(2);
  });
});

describe('an out of a stage that was restored from what another pipeline had made', () => {
  it('leads to the stage run that made it', async () => {
    const twin = { stages: { shared: copy({ path: 'data/rules.csv' }, { path: 'shared.txt' }, 'shared') } };
    project.pipeline(twin, 'one');
    project.pipeline(twin, 'two');
    await runWell(project, ['one']);
    await runWell(project, ['two']);
    project.pipeline(
      { stages: { use: copy({ pipeline: 'two', out: 'shared.out' }, { path: 'shared.txt' }) } },
      'three',
    );
    await runWell(project, ['three']);
    expect(await activities('use.out', '--up')).toEqual(['one: shared', 'three: use']);
  });
});

describe('a stage run of a run that began later', () => {
  it('is none of those that an out was made from, though it made the same bytes again', async () => {
    project.pipeline({ stages: { source: copy({ path: 'data/rules.csv' }, { path: 'a.txt' }) } }, 'source');
    await runWell(project, ['source']);
    project.pipeline(
      { stages: { reader: copy({ pipeline: 'source', out: 'source.out' }, { path: 'b.txt' }) } },
      'reader',
    );
    await runWell(project, ['reader']);
    expect(await activities('reader.out', '--up')).toEqual(['reader: reader', 'source: source']);
    await runWell(project, ['source', '--force']);
    expect(await activities('reader.out', '--up')).toEqual(['reader: reader', 'source: source']);
  });
});
