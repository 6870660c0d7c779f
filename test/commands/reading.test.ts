import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';

// The commands that look and change nothing: on a chain of three, whose middle drops information.

const upper = (word: string) => ({
  name: 'p',
  seed: 1,
  stages: {
    one: {
      run: ['sh', '-c', 'echo {params.word} > {outs.o}; echo made one'],
      params: { word },
      outs: { o: { path: 'o.txt' } },
    },
    two: { run: ['sh', '-c', 'wc -c < {deps.i} > {outs.o}'], deps: { i: 'one.o' }, outs: { o: { path: 'o.txt' } } },
    three: { run: ['cp', '{deps.i}', '{outs.o}'], deps: { i: 'two.o' }, outs: { o: { path: 'o.txt' } } },
  },
});

const project = (): TestProject => {
  const created = createProject();
  created.pipeline(upper('abc'));
  return created;
};

const decisions = async (here: TestProject, ...args: string[]) => {
  const { stdout } = await stemma(here, ['plan', '--json', ...args]);
  const { stages } = JSON.parse(stdout) as { stages: { stage: string; decision: string; because: string[] }[] };
  return stages.map(({ stage, decision, because }) => [stage, decision, ...because].join(' | '));
};

describe('plan', () => {
  it('says that everything will run in a new project, and runs nothing', async () => {
    const here = project();
    expect(await decisions(here)).toEqual([
      'one | will run | it has never run',
      'two | will run | it has never run',
      'three | will run | it has never run',
    ]);
    expect(existsSync(join(here.root, 'artifacts/p'))).toBe(false);
  });

  it('tells what will run from what may run', async () => {
    const here = project();
    await runWell(here);
    expect(await decisions(here)).toEqual(['one | up to date', 'two | up to date', 'three | up to date']);
    expect(await decisions(here, '--set', 'stages.one.params.word=xyz')).toEqual([
      'one | will run | params.word: "abc" → "xyz"',
      'two | may run | if one.o changes',
      'three | may run | if two.o changes',
    ]);
  });

  it('says of a stage whose code does not compile that it is blocked, and goes on', async () => {
    const here = project();
    here.stageType('torn', { code: 'export const run = (' });
    here.pipeline({ stages: { ...upper('abc').stages, torn: { uses: 'torn' } } });
    expect(await decisions(here)).toContain('torn | blocked | run.ts:1:21: Unexpected end of file');
    const { exitCode, stderr } = await stemma(here, ['plan']);
    expect([exitCode, stderr]).toEqual([2, '']);
  });

  it('agrees with the run that follows', async () => {
    const here = project();
    await runWell(here);
    here.pipeline(upper('xyz'));
    const { ended } = await runWell(here);
    expect(Object.values(ended).map(({ stage, state }) => `${stage} ${state}`)).toEqual([
      'one ran',
      'two ran',
      'three up to date',
    ]);
    here.pipeline(upper('abc'));
    expect(await decisions(here)).toEqual([
      'one | restore | params.word: "xyz" → "abc"',
      'two | restore | dep i changed',
      'three | up to date',
    ]);
  });

  it('prints the same for people', async () => {
    const here = project();
    await runWell(here);
    const { stdout } = await stemma(here, ['plan', '--set', 'stages.one.params.word=xyz']);
    expect(stdout).toMatch(/will run +one .*because params\.word: "abc" → "xyz"/);
    expect(stdout).toMatch(/may run +two .*if one\.o changes$/m);
  });

  it('names an input of another pipeline that has not been made, and exits with 2', async () => {
    const here = project();
    const dep = { pipeline: 'p', out: 'one.o' };
    here.pipeline(
      {
        name: 'q',
        stages: { s: { run: ['cp', '{deps.i}', '{outs.o}'], deps: { i: dep }, outs: { o: { path: 'o' } } } },
      },
      'q',
    );
    const planned = await stemma(here, ['plan', 'q']);
    expect(planned.exitCode).toBe(2);
    expect(planned.stdout).toContain('has not been made yet');
    expect(planned.stdout).toContain('stemma run p');
  });
});

describe('status', () => {
  it('says what is up to date', async () => {
    const here = project();
    await runWell(here);
    const { stdout, exitCode } = await stemma(here, ['status', '--json']);
    expect({ exitCode, ...(JSON.parse(stdout) as object) }).toMatchObject({
      exitCode: 0,
      pipeline: 'p',
      upToDate: true,
    });
  });
});

describe('why', () => {
  it('shows the difference field by field', async () => {
    const here = project();
    await runWell(here);
    const { stdout } = await stemma(here, ['why', 'one', '--set', 'stages.one.params.word=xyz']);
    expect(stdout).toMatch(/params\.word +"abc" → "xyz"/);
    const same = await stemma(here, ['why', 'one', '--json']);
    expect(JSON.parse(same.stdout)).toMatchObject({ planned: { decision: 'up to date' }, changes: [] });
  });

  it('tells a mistyped stage, with a hint and exit code 2', async () => {
    const { exitCode, stderr } = await stemma(project(), ['why', 'tree']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('did you mean "three"?');
  });
});

describe('graph', () => {
  it.each(['text', 'mermaid', 'dot', 'svg'])('draws the pipeline as %s', async (format) => {
    const { stdout, exitCode } = await stemma(project(), ['graph', '--format', format]);
    expect(exitCode).toBe(0);
    for (const stage of ['one', 'two', 'three']) expect(stdout).toContain(stage);
  });
});

describe('logs', () => {
  it('prints what the stage printed, also when a later run did not execute it', async () => {
    const here = project();
    await runWell(here);
    await runWell(here);
    expect((await stemma(here, ['logs', 'one'])).stdout).toBe('made one');
  });
});

describe('stages', () => {
  it("lists Stemma's types and the project's own", async () => {
    const here = project();
    here.stageType('mine', { code: 'export const run = () => {};' });
    const { stdout } = await stemma(here, ['stages', '--json']);
    const types = JSON.parse(stdout) as { name: string; origin: string }[];
    expect(types.map(({ name, origin }) => `${name} ${origin}`)).toContain('mine project');
    expect(types.filter(({ origin }) => origin === 'stemma').map(({ name }) => name)).toEqual([
      'augment',
      'balance',
      'clean',
      'compare',
      'cost',
      'diagnose',
      'embed',
      'evaluate',
      'evaluate-boxes',
      'export',
      'gan',
      'gate',
      'impute',
      'ingest',
      'label-errors',
      'leakage',
      'normalize',
      'outliers',
      'profile',
      'report',
      'split',
      'train',
      'windows',
    ]);
    expect((await stemma(here, ['stages', 'mine'])).stdout).toContain('A stage of a test.');
  });
});

describe('schema', () => {
  it("writes a schema that knows the project's own stage types, and a run keeps it fresh", async () => {
    const here = project();
    here.stageType('mine', { declaration: { params: paramsWith('first') }, code: 'export const run = () => {};' });
    await stemma(here, ['schema']);
    const schemaNow = () => readFileSync(join(here.root, 'schemas/pipeline.schema.json'), 'utf8');
    expect(schemaNow()).toContain('the first param');
    here.stageType('mine', { declaration: { params: paramsWith('second') }, code: 'export const run = () => {};' });
    await runWell(here);
    expect(schemaNow()).toContain('the second param');
  });
});

const paramsWith = (word: string) => ({
  type: 'object',
  additionalProperties: false,
  properties: { p: { type: 'number', default: 1, description: `the ${word} param` } },
});

describe('a command line with a mistake', () => {
  it.each([
    [['run', '--jobs', '0'], 'whole number'],
    [['run', 'nothing-here'], 'nothing-here'],
    [['run', '--backend', 'wsam'], 'wsam'],
    [['rum'], 'run'],
  ])('%j exits with 2 and says what is wrong', async (args, said) => {
    const { exitCode, stderr } = await stemma(project(), args);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 });
    expect(stderr).toContain(said);
  });
});
