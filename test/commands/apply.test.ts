import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Trials } from '../../src/run/remedies/trials.ts';
import { runWell, stemma } from '../rig/kept.ts';
import { createProject, makeFolder, openProject, removeFolder, type TestProject } from '../rig/project.ts';

/**
 * A training whose results are known: accuracy 0.8 + 0.1 · dropout, a gap of 0.2 − 0.2 · dropout, and a little chance from
 * the seed. The stage that diagnoses stands in the place of Stemma's: what a real one says is tested where it is.
 */
const project = (params: object = { model: { preset: 'mlp' } }, here = createProject()): TestProject => {
  const any = (description: string) => ({ type: 'any', description });
  here.stageType('train', {
    declaration: { seed: true, objective: true, deps: { validation: any('What it is judged on.') } },
    code: `
import { writeFileSync } from 'node:fs';
export const run = ({ outs, params, seed, metrics }) => {
  const { dropout = 0 } = params.model;
  if (dropout > 0.9) throw new Error('nothing is left');
  metrics({ val_accuracy: 0.8 + dropout / 10 + (seed('noise') % 100) / 1e4 });
  writeFileSync(outs.out, JSON.stringify({ dropout }));
};`,
  });
  here.stageType('diagnose', {
    declaration: {
      upstream: true,
      deps: { in: any('The training.') },
      outs: { diagnosis: { type: 'json', path: 'diagnosis.json', description: 'The diagnosis.' } },
    },
    code: diagnose,
  });
  here.write('v.txt', 'v');
  here.pipeline({
    seed: 5,
    objective: { metric: 'accuracy', mode: 'max', on: 'validation' },
    stages: {
      train: { uses: 'train', deps: { validation: { path: 'v.txt' } }, params },
      diagnose: { uses: 'diagnose', deps: { in: 'train.out' } },
    },
  });
  return here;
};

const diagnose = `
import { readFileSync, writeFileSync } from 'node:fs';
export const run = ({ deps, outs, metrics, upstream }) => {
  const { dropout } = JSON.parse(readFileSync(deps.in, 'utf8'));
  const gap = 0.2 - dropout / 5;
  const estimate = { value: gap, low: gap - 0.01, high: gap + 0.01 };
  metrics({ gap_loss: estimate, gap_accuracy: estimate });
  const path = '/stages/train/params/model/dropout';
  const op = 'dropout' in upstream.stages.train.given.model ? 'replace' : 'add';
  const set = (value) => ({ title: 'dropout ' + value, why: 'it drops', patch: [{ op, path, value }] });
  const fields = { verdict: 'overfitting', sentence: 'overfits', rows: { train: 9, validation: 9 }, epochs: 9, kept: 3 };
  writeFileSync(outs.diagnosis, JSON.stringify({
    format: 'stemma-diagnosis-v1', ...fields,
    gaps: [{ measure: 'loss', better: 'less', train: 0, validation: gap, gap: estimate }],
    course: { smoothed: [1], lowest: 1, after: 0, noise: 0 }, baselines: [],
    findings: [{ kind: 'overfitting', severity: 'warning', sentence: 'it rises', evidence: [{ name: 'gap', what: 'the gap', value: gap }], remedies: [set(0.3), set(0.5)] }],
  }));
};`;

const apply = async (here: TestProject, ...args: readonly string[]) => {
  const ended = await stemma(here, ['apply', ...args, '--json']);
  if (ended.stdout === '') throw new Error(ended.stderr);
  return { ...ended, trials: JSON.parse(ended.stdout) as Trials };
};

describe('apply', () => {
  it('tries each remedy over three seeds, and the second time nothing', async () => {
    const here = project();
    await runWell(here);
    const first = await apply(here);
    const { metric, seeds, untreated, remedies, outcome, diagnosis } = first.trials;
    expect([first.exitCode, outcome, metric, seeds, diagnosis]).toEqual([
      0,
      'succeeded',
      'val_accuracy',
      [5, 6, 7],
      'overfits',
    ]);
    expect(untreated.gapLoss).toBeCloseTo(0.2, 12);
    // Chance is the seed's, and the same with and without a remedy: what is left is the remedy's.
    expect(
      remedies.map(({ number, title, change, gapLossChange }) => [number, title, change!.mean, gapLossChange!.mean]),
    ).toEqual([
      [1, 'dropout 0.3', expect.closeTo(0.03, 10), expect.closeTo(-0.06, 10)],
      [2, 'dropout 0.5', expect.closeTo(0.05, 10), expect.closeTo(-0.1, 10)],
    ]);
    expect(remedies[0]!.runs).toHaveLength(3);
    const again = await apply(here);
    expect([again.trials.untreated, ...again.trials.remedies].map(({ ran }) => ran)).toEqual([0, 0, 0]);
    expect(again.trials.remedies.map(({ change }) => change)).toEqual(remedies.map(({ change }) => change));
    // What stands in the workspace is the user's.
    expect(existsSync(join(here.root, 'artifacts', untreated.variant))).toBe(false);
    expect((await stemma(here, ['status'])).stdout).not.toContain('will run');
    expect((await stemma(here, ['audit'])).exitCode).toBe(0);
  });

  it('prints a line a remedy, what is surely better, and how to take it', async () => {
    const here = project();
    await runWell(here);
    const { stdout } = await stemma(here, ['apply']);
    expect(stdout).toContain('gap in loss');
    expect(stdout).toMatch(/^ {5}as it is +0\.2/m);
    expect(stdout).toMatch(/^ {2}1 {2}dropout 0\.3 +0\.14\d* +-0\.060 ± 0\.000 /m);
    expect(stdout).toContain(
      '2 dropout 0.5 helps by more than chance (the best of 2: expect a little less of it); take it:',
    );
    expect(stdout).toContain('stemma apply p --remedy 2 --write');
  });

  it('writes the remedy that is named, and leaves the rest of the file as it is', async () => {
    const here = project();
    await runWell(here);
    const before = here.read('pipelines/p.json');
    const { trials } = await apply(here, '--remedy', '1', '--seeds', '1', '--write');
    expect([trials.written, trials.remedies.map(({ number }) => number)]).toEqual(['pipelines/p.json', [1]]);
    const after = here.read('pipelines/p.json');
    expect(JSON.parse(after).stages.train.params.model).toEqual({ preset: 'mlp', dropout: 0.3 });
    expect(after.replace(/,\s*"dropout": 0\.3/, '')).toBe(before);
    // The remedies that were left are of what the pipeline was.
    const { exitCode, stderr } = await stemma(here, ['apply', '--remedy', '1']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'remedy 1, "dropout 0.3", does not fit pipelines/p.json any more: the pipeline has it already',
    );
  });

  it('lists the remedies and runs nothing', async () => {
    const here = project();
    await runWell(here);
    const { exitCode, stdout } = await stemma(here, ['apply', '--dry-run']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('1  dropout 0.3\n   it drops\n   add /stages/train/params/model/dropout 0.3\n');
    expect(existsSync(join(here.root, 'artifacts/.store/remedies-v1'))).toBe(false);
  });

  it('goes on where a remedy fails, or does not fit any more, and says so', async () => {
    const here = project({ model: { preset: 'mlp', dropout: 0.1 } });
    await runWell(here);
    here.pipeline({
      ...JSON.parse(here.read('pipelines/p.json')),
      stages: {
        train: { uses: 'train', deps: { validation: { path: 'v.txt' } }, params: { model: { preset: 'mlp' } } },
        diagnose: { uses: 'diagnose', deps: { in: 'train.out' } },
      },
    });
    const { trials, exitCode } = await apply(here);
    expect(exitCode).toBe(0);
    expect(trials.remedies).toEqual([]);
    expect(trials.refused).toEqual([
      { number: 1, title: 'dropout 0.3', why: 'there is no stages.train.params.model.dropout to replace' },
      { number: 2, title: 'dropout 0.5', why: 'there is no stages.train.params.model.dropout to replace' },
    ]);
  });
});

describe('mistakes are told, with exit code 2', () => {
  // None of them changes anything: one project has them all.
  const here = openProject(makeFolder());
  beforeAll(async () => {
    project(undefined, here);
    await runWell(here);
  });
  afterAll(() => removeFolder(here.root));

  it.each([
    [['p', '--remedy', '9'], 'there is no remedy 9: the diagnosis of run', '1 dropout 0.3; 2 dropout 0.5'],
    [['p', '--write'], '--write takes one remedy', 'stemma apply --dry-run'],
    [['p', '--write', '--remedy', '1', '--remedy', '2'], '--write takes one remedy', ''],
    [['p', '--write', '--remedy', '1', '--set', 'seed=3'], '--write changes the file, and --set is not in it', ''],
    [['p', '--remedy', '0'], 'expected a whole number from 1 on', ''],
  ])('%j', async (args, message, hint) => {
    const { exitCode, stderr } = await stemma(here, ['apply', ...args]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).toContain(hint);
  });

  it('a pipeline that was not run, or diagnoses nothing', async () => {
    const here = project();
    expect(await stemma(here, ['apply'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is no run of pipeline "p" yet'),
    });
    here.pipeline({ ...JSON.parse(here.read('pipelines/p.json')), stages: { a: { run: 'true', outs: {} } } });
    const { exitCode, stderr } = await stemma(here, ['apply']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('has no stage that diagnoses a training');
  });
});
