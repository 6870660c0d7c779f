import { cpSync, existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Ablation } from '../../src/run/ablation/ablation.ts';
import { createHold } from '../rig/hold.ts';
import { stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { endOf, startStemma } from '../rig/stemma.ts';

const repository = join(import.meta.dirname, '../..');

const penguins = (): TestProject => {
  const created = createProject();
  cpSync(join(repository, 'pipelines/penguins.json'), join(created.root, 'pipelines/penguins.json'));
  symlinkSync(join(repository, 'node_modules'), join(created.root, 'node_modules'));
  return created;
};

const ablate = async (project: TestProject, args: readonly string[]) => {
  const ended = await stemma(project, ['ablate', ...args, '--json']);
  return { ...ended, ablation: JSON.parse(ended.stdout) as Ablation };
};

const short = ['--set', 'stages.train.params.epochs=2'];

/** A pipeline that takes no time: each command says in `value` what it would train to. */
const commands = (project: TestProject, stages: object, objective?: object): void => {
  project.write('say.mjs', say);
  project.write('a.txt', '1\n');
  project.pipeline({
    name: 'p',
    objective: objective ?? { metric: 'score', mode: 'max', on: 'validation' },
    stages,
  });
};

const say = `
import { readFileSync, writeFileSync } from 'node:fs';
const [from, to, add] = process.argv.slice(2);
const given = Number(readFileSync(from, 'utf8'));
if (add === 'even' && given % 2 === 1) throw new Error('it is odd');
const value = add === 'even' ? given : given + Number(add);
writeFileSync(to, value + '\\n');
writeFileSync(process.env.STEMMA_METRICS, JSON.stringify({ score: value }));
`;

const stage = (from: unknown, add: number | string) => ({
  run: ['node', 'say.mjs', '{deps.value}', '{outs.value}', `${add}`],
  deps: { value: from },
  outs: { value: 'value.txt' },
});

const chain = {
  first: stage({ path: 'a.txt' }, 2),
  second: stage('first.value', 3),
  last: stage('second.value', 4),
};

describe('penguins', () => {
  it('trains each variant once, and the second time nothing', { timeout: 180_000 }, async () => {
    const here = penguins();
    const first = await ablate(here, ['penguins', 'clean.duplicates', 'augment', ...short]);
    expect(first.exitCode, first.stderr).toBe(0);
    const { steps, whole, metric, on, judge } = first.ablation;
    expect({ metric, on, judge }).toEqual({ metric: 'val_accuracy', on: 'validation', judge: 'train' });
    expect(whole.ran).toBe(6);
    // Penguins have no duplicates, so that what comes after is the same: clean alone is executed.
    expect(steps.map(({ step, ran, restored }) => ({ step, ran, restored }))).toEqual([
      { step: 'clean.duplicates', ran: 1, restored: 5 },
      { step: 'augment', ran: 1, restored: 4 },
    ]);
    expect(steps[0]!.gain).toEqual({ mean: 0 });
    expect(steps.map(({ otherRows }) => otherRows)).toEqual([false, false]);
    expect(steps[1]!.with! - steps[1]!.without!).toBeCloseTo(steps[1]!.gain!.mean, 12);

    const again = await ablate(here, ['penguins', 'clean.duplicates', 'augment', ...short]);
    expect([again.ablation.whole, ...again.ablation.steps].map(({ ran }) => ran)).toEqual([0, 0, 0]);
    expect(again.ablation.steps.map(({ gain }) => gain)).toEqual(steps.map(({ gain }) => gain));

    // Nothing of the user's workspace was touched; the records are like those of any run.
    expect(existsSync(join(here.root, 'artifacts/penguins'))).toBe(false);
    expect(existsSync(join(here.root, 'artifacts/penguins--without-augment'))).toBe(false);
    expect((await stemma(here, ['audit'])).exitCode).toBe(0);
    const run = steps[1]!.runs[0]!.run;
    expect((await stemma(here, ['show', run])).stdout).toContain('penguins--without-augment');
  });
});

describe('a pipeline of commands', () => {
  it('leaves out the stages that are named, and flips the sign where less is better', async () => {
    const here = createProject();
    commands(here, chain);
    const { ablation, exitCode } = await ablate(here, ['p', 'first', 'second']);
    expect(exitCode).toBe(0);
    expect(ablation.steps.map(({ step, with: w, without, gain }) => [step, w, without, gain!.mean])).toEqual([
      ['first', 10, 8, 2],
      ['second', 10, 7, 3],
    ]);
    expect(ablation.on).toBe('unknown');
    commands(here, chain, { metric: 'score', mode: 'min', on: 'validation' });
    expect((await ablate(here, ['p', 'second'])).ablation.steps[0]!.gain).toEqual({ mean: -3 });
  });

  it('leaves the outs, the states and the file of the pipeline as they are', async () => {
    const here = createProject();
    commands(here, chain);
    await stemma(here, ['run', 'p']);
    const before = ['artifacts/p/last/value.txt', 'artifacts/.store/state-v1/p/last.json', 'pipelines/p.json'];
    const texts = before.map(here.read);
    await ablate(here, ['p', 'second']);
    expect(before.map(here.read)).toEqual(texts);
    expect((await stemma(here, ['status', 'p'])).stdout).not.toContain('will run');
  });

  it('tells of a variant that fails, goes on with the others, and ends with exit code 1', async () => {
    const here = createProject();
    commands(here, { ...chain, last: stage('second.value', 'even') });
    const { ablation, exitCode } = await ablate(here, ['p', 'second', 'first', '--seeds', '2']);
    expect(exitCode).toBe(1);
    expect(ablation.outcome).toBe('failed');
    const [second, first] = ablation.steps;
    expect(second!.failure).toContain('stage "last" failed');
    // It is not tried with other seeds.
    expect(second!.runs).toHaveLength(1);
    expect(second!.gain).toBeUndefined();
    expect(first!.runs).toHaveLength(2);
    expect(first!.gain!.mean).toBe(2);
  });

  it('says so where the pipeline itself fails', async () => {
    const here = createProject();
    commands(here, { ...chain, last: stage('first.value', 'even') });
    const { exitCode, stdout } = await stemma(here, ['ablate', 'p', 'first']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('the pipeline itself does not run: stage "last" failed');
  });

  it('does not run what cannot be left out', async () => {
    const here = createProject();
    const other = { ...stage({ path: 'a.txt' }, 2), outs: { made: 'made.txt' } };
    const made = { ...other, run: ['node', 'say.mjs', '{deps.value}', '{outs.made}', '2'] };
    commands(here, { first: made, second: stage('first.made', 3) });
    const { ablation, exitCode } = await ablate(here, ['p', 'first']);
    expect(exitCode).toBe(0);
    expect(ablation.steps).toEqual([]);
    expect(ablation.refused).toEqual([
      { step: 'first', why: 'stage "second" needs first.made, and no dep holds the same rows' },
    ]);
  });

  it('ends cleanly when it is interrupted, and goes on from the store', async () => {
    const here = createProject();
    const hold = await createHold();
    const held = { run: hold.command('held'), deps: { value: 'first.value' }, outs: { held: 'held.txt' } };
    commands(here, { ...chain, last: held });
    const child = startStemma(here, ['ablate', 'p', 'second', '--json']);
    const whole = await hold.started('held');
    await whole.write(whole.env['STEMMA_OUT_HELD']!, 'x');
    whole.exit(0);
    // Of the variant; its dep lies elsewhere, so that the command is another one.
    const variant = await hold.started('held');
    child.kill('SIGINT');
    await variant.gone;
    const { exitCode, stdout } = await endOf(child);
    expect(exitCode).toBe(130);
    const { outcome, whole: base } = JSON.parse(stdout) as Ablation;
    expect(outcome).toBe('interrupted');
    expect(base.ran).toBe(3);
    expect(existsSync(join(here.root, 'artifacts/p--without-second'))).toBe(false);
    const rehearsal = await stemma(here, ['ablate', 'p', 'second', '--dry-run']);
    expect(rehearsal.stdout).toContain('whole, seed 1337           3 restored; nothing to run');
    expect(rehearsal.stdout).toContain('without second, seed 1337  1 restored; at most 1 stage to run: last');
  });

  it('says which runs it would take, and runs none', async () => {
    const here = createProject();
    commands(here, chain);
    const { exitCode, stdout } = await stemma(here, ['ablate', 'p', 'second', '--dry-run']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('without second, seed 1337  0 restored; at most 2 stages to run: first, last');
    expect(existsSync(join(here.root, 'artifacts/.store/records-v1'))).toBe(false);
    expect(existsSync(join(here.root, 'artifacts/.store/ablations-v1'))).toBe(false);
  });

  it('compares over several seeds', async () => {
    const here = createProject();
    commands(here, chain);
    const { ablation } = await ablate(here, ['p', 'second', '--seeds', '3']);
    expect(ablation.seeds).toEqual([1337, 1338, 1339]);
    expect(ablation.steps[0]!.gain).toEqual({ mean: 3, low: 3, high: 3 });
    // No stage asks for the seed: the first run's outs are those of all.
    expect(ablation.steps[0]!.runs).toHaveLength(3);
  });
});

describe('mistakes are told, with exit code 2', () => {
  it.each([
    [['p', 'secnd'], 'pipeline "p" has no stage "secnd"', 'did you mean "second"?'],
    [['p', 'second.bins'], 'stage "second" has no param "bins" to go without', ''],
    [['p'], 'pipeline "p" has no stage that works on the data alone', 'name the stages to leave out'],
    [['p', 'second', '--test'], 'pipeline "p" has no stage that evaluates on test', ''],
    [['p', 'second', '--seeds', '0'], 'expected a whole number from 1 on', ''],
  ])('%j', async (args, message, hint) => {
    const here = createProject();
    commands(here, chain);
    const { exitCode, stderr } = await stemma(here, ['ablate', ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });

  it('a pipeline without an objective', async () => {
    const here = createProject();
    commands(here, chain);
    here.pipeline({ name: 'p', stages: chain });
    expect((await stemma(here, ['ablate', 'p', 'second'])).stderr).toContain('pipeline "p" has no objective');
  });

  it('a pipeline that has the name of a variant', async () => {
    const here = createProject();
    commands(here, chain);
    here.pipeline({ name: 'p--whole', stages: chain }, 'p--whole');
    const { exitCode, stderr } = await stemma(here, ['ablate', 'p', 'second']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('pipeline "p--whole" has the name of a variant');
  });
});
