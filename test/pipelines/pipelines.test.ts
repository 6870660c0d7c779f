import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AcceptedFile } from '../../src/types/generated/accepted.ts';
import { run, runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { type Run, stageRunOf } from '../rig/stemma.ts';

// The repository's own pipelines, on real data through real stages, as a newcomer meets them.

const repository = join(import.meta.dirname, '../..');
const names = readdirSync(join(repository, 'pipelines')).map((file) => file.replace('.json', ''));

const project = (): TestProject => {
  const created = createProject();
  cpSync(join(repository, 'pipelines'), join(created.root, 'pipelines'), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(created.root, 'node_modules'));
  return created;
};

const states = ({ ended }: Run) => Object.fromEntries(Object.values(ended).map(({ stage, state }) => [stage, state]));
const because = ({ ended }: Run, stage: string) => ended[stage]!.because;
const data = ['ingest', 'clean', 'split', 'profile', 'leakage', 'normalize', 'augment'];
const rest = ['train', 'evaluate', 'export', 'cost', 'gate', 'report'];
const both = (before: string, after: string) =>
  Object.fromEntries([...data.map((stage) => [stage, before]), ...rest.map((stage) => [stage, after])]);
const all = (state: string) => both(state, state);

describe.each(names)('pipelines/%s.json', (name) => {
  it('loads, is planned and says what it shows', async () => {
    const here = project();
    const { exitCode, stdout } = await stemma(here, ['plan', name, '--json']);
    const { stages } = JSON.parse(stdout) as { stages: { decision: string }[] };
    expect(exitCode).toBe(0);
    expect(new Set(stages.map(({ decision }) => decision))).toEqual(new Set(['will run']));
    expect((JSON.parse(here.read(`pipelines/${name}.json`)) as { summary: string }).summary).not.toBe('');
  });
});

describe('penguins', () => {
  it('runs to a report; a changed rate runs train, evaluate and report alone; the old one brings everything back', {
    timeout: 240_000,
  }, async () => {
    const here = project();
    const first = await runWell(here, ['penguins']);
    expect(states(first)).toEqual(all('ran'));
    expect(first.ended['evaluate']!.metrics!['accuracy']).toMatchObject({ value: expect.any(Number) as number });
    const report = here.read('artifacts/penguins/report/report.html');
    expect(report).toContain('Species');
    expect(states(await runWell(here, ['penguins']))).toEqual(all('up to date'));

    const changed = await runWell(here, ['penguins', '--set', 'stages.train.params.optimizer.rate=0.01']);
    expect(states(changed)).toEqual(both('up to date', 'ran'));
    expect(because(changed, 'train')).toEqual(['params.optimizer.rate: 0.001 → 0.01']);
    expect(because(changed, 'report').join()).toMatch(/\bhistory\b.* changed/);

    const back = await runWell(here, ['penguins']);
    // What was accepted meanwhile is another model: the old one has to be held against that.
    expect(states(back)).toEqual({ ...both('up to date', 'restored'), gate: 'ran', report: 'ran' });
    expect(because(back, 'gate').join()).toContain('accepted');
    expect(here.read('artifacts/penguins/report/report.html')).not.toBe(report);
    expect(here.read('artifacts/penguins/report/report.html')).toContain(
      'held against the model that was accepted last',
    );
    expect(states(await runWell(here, ['penguins']))).toEqual(all('up to date'));

    // Of the two trainings, the last run names the first one's.
    const replayed = await stemma(here, ['replay', 'train', 'penguins']);
    expect(replayed.stdout).toContain('bit-exact: 4 outs');

    const refused = await run(here, ['penguins', '--set', 'stages.train.params.epochs=1']);
    expect(refused.exitCode).toBe(1);
    expect(refused.ended['gate']!.gate).toMatchObject({ accepted: false });
    const { outs } = JSON.parse(here.read('artifacts/penguins/accepted/accepted.json')) as AcceptedFile;
    // What was exported is published with the model that it is of; a refused candidate's is not.
    for (const [stage, path] of [['train', 'model'], ['export', 'export']] as const) {
      const { digest } = stageRunOf(here, back, stage).outs.find(({ name }) => name === 'model')!;
      expect(outs).toContainEqual(expect.objectContaining({ path, digest }));
    } // biome-ignore format: a stage each
  });
});

describe('mnist', () => {
  const smaller = { 'ingest.params.subset': 600, 'train.params.epochs': 1, 'gate.params.require.accuracy.min': 0.01 };
  const subset = Object.entries(smaller).flatMap(([path, value]) => ['--set', `stages.${path}=${value}`]);

  it('runs on a declared subset, and again from nothing with the same bytes', { timeout: 240_000 }, async () => {
    const [one, other] = [project(), project()];
    const runs = [await runWell(one, ['mnist', ...subset]), await runWell(other, ['mnist', ...subset])];
    const mnist = (state: string) => Object.fromEntries([...data, 'train', 'evaluate', 'gate', 'report'].map((stage) => [stage, state])); // biome-ignore format: one line
    expect(states(runs[0]!)).toEqual(mnist('ran'));
    expect(runs[0]!.ended['split']!.summary).toBe('540 train, 60 validation, 600 test');
    const bytes = (here: TestProject, file: string) => readFileSync(join(here.root, 'artifacts/mnist', file));
    for (const file of ['train/model/weights.bin', 'evaluate/predictions.parquet', 'report/report.html'])
      expect(bytes(one, file).equals(bytes(other, file))).toBe(true);
    expect(states(await runWell(one, ['mnist', ...subset]))).toEqual(mnist('up to date'));
  });

  it.runIf(process.env['STEMMA_NIGHTLY'])(
    'reaches an accuracy of 0.98 on the 10,000 test images, and its training replays bit-exactly',
    { timeout: 900_000 },
    async () => {
      const here = project();
      const { ended } = await runWell(here, ['mnist']);
      expect((ended['evaluate']!.metrics!['accuracy'] as { value: number }).value).toBeGreaterThanOrEqual(0.98);
      expect((await stemma(here, ['replay', 'train', 'mnist'])).stdout).toContain('bit-exact: 4 outs');
    },
  );
});
