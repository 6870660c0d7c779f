import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPage } from '../page/check-html.ts';
import { run, runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { recordOf, stageRunOf } from '../rig/stemma.ts';

// What happened, and what it did to the metrics: on a stage that reads from outside, and one that fits.

const codeWith = (constant: number) => `
import { readFileSync, writeFileSync } from 'node:fs';
export const run = (context) => {
  const rows = readFileSync(context.deps.in, 'utf8').split('\\n').length;
  const value = context.params.rate + ${constant} + rows / 1000;
  writeFileSync(context.outs.out, String(value + context.seed('x')));
  context.metrics({ score: { value, low: value - 0.1, high: value + 0.1 } });
};`;

interface Turn {
  readonly rate?: number;
  readonly seed?: number;
}

const pipelineOf = ({ rate = 1, seed = 1 }: Turn) => ({
  seed,
  objective: { metric: 'score', mode: 'max' },
  stages: {
    read: {
      run: ['sh', '-c', 'cat {deps.rows} {deps.files}/* > {outs.all}; echo $MODE >> {outs.all}'],
      deps: { rows: { path: 'data/rows.csv' }, files: { path: 'data/files' } },
      outs: { all: 'all.txt' },
      env: { declare: ['MODE'] },
    },
    fit: { uses: 'fit', deps: { in: 'read.all' }, params: { rate } },
  },
});

const project = (): TestProject => {
  const here = createProject();
  here.write('data/rows.csv', 'a\nb\n');
  here.write('data/files/one', '1\n');
  here.stageType('fit', { declaration: { seed: true }, code: codeWith(0) });
  here.pipeline(pipelineOf({}));
  return here;
};

interface Diff {
  readonly causes: readonly { kind: string; what: string; before: unknown; after: unknown; files?: object }[];
  readonly changed: readonly { stage: string; handedOn: readonly string[] }[];
}

const diffOf = async (here: TestProject): Promise<Diff> => {
  const { stdout, stderr } = await stemma(here, ['diff', 'last~1', 'last', '--json']);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Diff;
};

describe('diff', () => {
  it('names the cause, and no other', async () => {
    const here = project();
    await runWell(here);
    const causesOf = async (change: () => void, env: Readonly<Record<string, string>> = {}) => {
      change();
      await runWell(here, [], { env });
      const { causes, changed } = await diffOf(here);
      return [...causes.map(({ kind, what }) => `${kind} ${what}`), ...changed.flatMap(({ handedOn }) => handedOn)];
    };
    expect(await causesOf(() => here.pipeline(pipelineOf({ rate: 2 })))).toEqual(['params params.rate']);
    expect(await causesOf(() => here.write('data/rows.csv', 'a\nc\n'))).toEqual(['data data/rows.csv', 'read.all']);
    expect(await causesOf(() => here.stageType('fit', { declaration: { seed: true }, code: codeWith(3) }))).toEqual([
      'code stage type fit',
    ]);
    expect(await causesOf(() => {}, { MODE: 'fast' })).toEqual(['environment MODE', 'read.all']);
    expect(await causesOf(() => here.pipeline(pipelineOf({ rate: 2, seed: 2 })), { MODE: 'fast' })).toEqual([
      'seed seed',
    ]);
  });

  it('says for people what it did to the metrics', async () => {
    const here = project();
    await runWell(here);
    here.pipeline(pipelineOf({ rate: 1.05 }));
    await runWell(here);
    const { stdout, exitCode } = await stemma(here, ['diff', 'last~1', 'last']);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(/^ {2}params +params\.rate: 1 → 1\.05 \(fit\)$/m);
    expect(stdout).toMatch(
      /score +1\.005 \[.*\] → 1\.055 \[.*\] +\+0\.050 +better: within the intervals: no difference/,
    );
  });
});

describe('show', () => {
  it('tells a run and one of its stages, also by the digest of the record', async () => {
    const here = project();
    const ended = await runWell(here);
    const { run: name } = recordOf(here, ended);
    const text = (await stemma(here, ['show', 'last'])).stdout;
    expect(text).toContain(`run ${name} of p: succeeded in`);
    expect(text).toMatch(/in +rows .* data\/rows\.csv/);
    const { stdout } = await stemma(here, ['show', 'last', '--json']);
    const shown = JSON.parse(stdout) as { digest: string; record: object; stageRuns: object };
    expect(shown.record).toEqual(recordOf(here, ended));
    expect(Object.values(shown.stageRuns)).toContainEqual(stageRunOf(here, ended, 'fit'));
    const byDigest = await stemma(here, ['show', shown.digest.slice(0, 19), 'fit', '--pipeline', 'p']);
    expect(byDigest.stdout).toContain(`fit of run ${name}: ran`);
  });

  it('tells what failed, and where its log is', async () => {
    const here = project();
    here.pipeline({ stages: { bad: { run: ['sh', '-c', 'echo why; exit 3'], outs: { o: 'o' } } } });
    expect((await run(here)).exitCode).toBe(1);
    const { stdout } = await stemma(here, ['show', 'last']);
    expect(stdout).toContain('failed: ended with exit code 3');
    expect(here.read(/the whole log: (\S+)/.exec(stdout)![1]!)).toBe('why\n');
  });

  it('tells a damaged record, with exit code 1', async () => {
    const here = project();
    const { run: name } = recordOf(here, await runWell(here));
    here.write(`artifacts/.store/records-v1/runs/${name}.json`, '{"format": "stemma-run-v1", "stages": 7}');
    const { exitCode, stderr } = await stemma(here, ['show', 'last']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 });
    expect(stderr).toContain(`the record of run ${name} is damaged`);
  });
});

describe('metrics', () => {
  it('are those of each run, the kept stages too, as text, JSON, CSV and a page', async () => {
    const here = project();
    await runWell(here);
    await runWell(here);
    here.pipeline(pipelineOf({ rate: 3 }));
    await runWell(here);
    const text = await stemma(here, ['metrics', '--html', 'out/metrics.html']);
    expect(text.stdout).toContain('p: metrics of 3 runs; the objective: score on validation, as high as can be');
    expect(text.stdout).toMatch(/ 3\.005 \[2\.905, 3\.105\] best$/m);
    expect(text.stderr).toContain('out/metrics.html');
    checkPage(here.read('out/metrics.html'), []);
    const { runs } = JSON.parse((await stemma(here, ['metrics', 'p', '--json', '--last', '2'])).stdout) as {
      runs: { run: string; metrics: { executedIn: string }[] }[];
    };
    expect(runs.map(({ run: name, metrics }) => name === metrics[0]!.executedIn)).toEqual([false, true]);
    expect((await stemma(here, ['metrics', '--csv'])).stdout.split('\n')).toHaveLength(4);
  });

  it('that nobody measured are a mistake, with a hint', async () => {
    const here = project();
    await runWell(here);
    const mistakes: readonly (readonly [readonly string[], string])[] = [
      [['--metric', 'scor'], 'did you mean "score"?'],
      [['--stage', 'fot'], 'did you mean "fit"?'],
      [['pp'], 'pipelines with runs: p'],
      [['--json', '--csv'], "cannot be used with option '--csv'"],
    ];
    for (const [args, hint] of mistakes) {
      const { exitCode, stderr } = await stemma(here, ['metrics', ...args]);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 });
      expect(stderr).toContain(hint);
    }
  });

  it('of a project without runs are a mistake, and nothing is written', async () => {
    const here = project();
    const { exitCode, stderr } = await stemma(here, ['metrics', '--html', 'x.html']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 });
    expect(stderr).toContain('there is no run yet');
    expect(existsSync(join(here.root, 'x.html'))).toBe(false);
  });
});
