import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/types/generated/run.ts';
import { createHold } from '../rig/hold.ts';
import { run, runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { endOf, recordOf, stageRunOf, startStemma } from '../rig/stemma.ts';
import { contentFile, outsOf, sha256, storeProblems } from '../rig/store.ts';

// The outs of a past run come back, all or none, and the next run knows what stands there.

const chain = (word: string, path = 'o.txt') => ({
  name: 'p',
  stages: {
    one: { run: ['sh', '-c', 'echo {params.word} > {outs.o}'], params: { word }, outs: { o: { path } } },
    two: {
      run: ['sh', '-c', 'mkdir {outs.o}; cp {deps.i} {outs.o}/a; echo b > {outs.o}/b'],
      deps: { i: 'one.o' },
      outs: { o: { path: 'folder' } },
    },
  },
});

const twoRuns = async (): Promise<{ here: TestProject; first: ReturnType<typeof outsOf> }> => {
  const here = createProject();
  here.pipeline(chain('abc'));
  await runWell(here);
  const first = outsOf(here);
  here.pipeline(chain('xyz'));
  await runWell(here);
  return { here, first };
};

const statesNow = async (here: TestProject) => (await runWell(here)).states;

describe('checkout', () => {
  it('puts all outs of a run back, and the next run finds them up to date', async () => {
    const { here, first } = await twoRuns();
    const { exitCode, stdout } = await stemma(here, ['checkout', 'last~1']);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stdout).toContain('p: 2 outs of run');
    expect(stdout).toMatch(/put back, by (copying|reflink) +one .* artifacts\/p\/one\/o\.txt/);
    expect(stdout).toContain('`stemma run p` now: 2 restorable');
    expect(outsOf(here)).toEqual(first);
    here.pipeline(chain('abc'));
    expect(await statesNow(here)).toEqual({ one: 'up to date', two: 'up to date' });
    here.pipeline(chain('xyz'));
    expect(await statesNow(here)).toEqual({ one: 'restored', two: 'restored' });
    expect(storeProblems(here.root)).toEqual([]);
  });

  it('puts back one stage alone', async () => {
    const { here, first } = await twoRuns();
    const { stdout } = await stemma(here, ['checkout', 'last~1', 'two', '--json']);
    const { stages, next } = JSON.parse(stdout) as { stages: { stage: string }[]; next: { stages: object[] } };
    expect(stages.map(({ stage }) => stage)).toEqual(['two']);
    expect(next.stages).toMatchObject([{ decision: 'up to date' }, { decision: 'restore' }]);
    expect(here.read('artifacts/p/two/folder/a')).toBe(first['two/folder/a']);
    expect(here.read('artifacts/p/one/o.txt')).toBe('xyz\n');
  });

  it('knows the places of that time: an out that has another path today goes, and comes again', async () => {
    const here = createProject();
    here.pipeline(chain('abc', 'old.txt'));
    await runWell(here);
    here.pipeline({ name: 'p', stages: { one: chain('abc', 'new.txt').stages.one } });
    await runWell(here);
    await stemma(here, ['checkout', 'last~1']);
    expect(Object.keys(outsOf(here))).toEqual(['one/old.txt', 'two/folder/a', 'two/folder/b']);
    await runWell(here);
    expect(Object.keys(outsOf(here))).toEqual(['one/new.txt', 'two/folder/a', 'two/folder/b']);
  });

  it('gives a stage its own outs where the record is that of its twin', async () => {
    const here = createProject();
    const twin = { run: ['sh', '-c', 'echo twin > {outs.o}'], outs: { o: { path: 'o' } } };
    here.pipeline({ name: 'p', stages: { a: twin, b: twin } });
    const ended = await runWell(here);
    expect(new Set([stageRunOf(here, ended, 'a').stage, stageRunOf(here, ended, 'b').stage]).size).toBe(1);
    const all = outsOf(here);
    rmSync(join(here.root, 'artifacts/p/a'), { recursive: true });
    rmSync(join(here.root, 'artifacts/p/b'), { recursive: true });
    await stemma(here, ['checkout', 'last']);
    expect(outsOf(here)).toEqual(all);
  });

  it('waits for a run of the pipeline, and no other', async () => {
    const here = createProject();
    const hold = await createHold();
    here.pipeline({ stages: { s: { run: ['sh', '-c', 'echo q > {outs.o}'], outs: { o: 'o' } } } }, 'q');
    await runWell(here, ['q']);
    here.pipeline({ stages: { s: { run: hold.command('s'), outs: { o: 'o' } } } });
    const running = startStemma(here, ['run', 'p', '--json']);
    const held = await hold.started('s');
    expect((await stemma(here, ['checkout', 'last', '--pipeline', 'q'])).exitCode).toBe(0);
    await held.write(held.env['STEMMA_OUT_O']!, 'p\n');
    held.exit(0);
    await endOf(running);
    const again = startStemma(here, ['run', 'p', '--force', '--json']);
    const second = await hold.started('s');
    const waiting = startStemma(here, ['checkout', 'last', '--pipeline', 'p']);
    await new Promise<void>((resolve) =>
      waiting.stderr.on('data', (text) => /waiting/.test(String(text)) && resolve()),
    );
    await second.write(second.env['STEMMA_OUT_O']!, 'again\n');
    second.exit(0);
    await endOf(again);
    expect((await endOf(waiting)).exitCode).toBe(0);
    expect(here.read('artifacts/p/s/o')).toBe('p\n');
  });

  it('does not let what was not cached pass for up to date', async () => {
    const here = createProject();
    here.write('data/x', '1\n');
    const grow = { run: ['sh', '-c', 'echo 2 >> data/x; cp data/x {outs.o}'], outs: { o: 'o' } };
    here.pipeline({ name: 'p', stages: { grow: { ...grow, deps: { x: { path: 'data/x' } } } } });
    const ended = await runWell(here);
    expect(stageRunOf(here, ended, 'grow').uncached).toContain('dep x changed');
    here.write('data/x', '1\n');
    const { stdout } = await stemma(here, ['checkout', 'last']);
    expect(stdout).toContain('the next run makes it again');
    expect(stdout).toContain('1 will run');
  });
});

describe('checkout changes nothing', () => {
  it('where an out was edited by hand, but for --force', async () => {
    const { here, first } = await twoRuns();
    here.write('artifacts/p/two/folder/c', 'mine');
    const edited = outsOf(here);
    const { exitCode, stderr } = await stemma(here, ['checkout', 'last~1']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 });
    expect(stderr).toContain('artifacts/p/two/folder is not what a run left there: nothing was changed');
    expect(outsOf(here)).toEqual(edited);
    expect((await stemma(here, ['checkout', 'last~1', '--force'])).exitCode).toBe(0);
    expect(outsOf(here)).toEqual(first);
  });

  it.each([
    ['is gone', (file: string) => rmSync(file)],
    [
      'is damaged',
      (file: string) => {
        const bytes = readFileSync(file);
        bytes[0]! ^= 1;
        chmodSync(file, 0o644);
        writeFileSync(file, bytes);
      },
    ],
  ])('where content of the store %s, and names it', async (what, spoil) => {
    const { here } = await twoRuns();
    const before = outsOf(here);
    const lost = `sha256:${sha256('abc\n')}`;
    spoil(contentFile(join(here.root, 'artifacts/.store'), lost));
    const { exitCode, stderr } = await stemma(here, ['checkout', 'last~1']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 });
    expect(stderr).toContain(`  one.o  ${lost}  ${what}\n`);
    expect(stderr).toMatch(new RegExp(`two\\.o.*${what}`));
    expect(outsOf(here)).toEqual(before);
    expect(await statesNow(here)).toEqual({ one: 'up to date', two: 'up to date' });
  });

  it('where a record leads out of the folder of its stage', async () => {
    const here = createProject();
    here.pipeline({ name: 'p', stages: { one: chain('abc').stages.one } });
    const ended = await runWell(here);
    const record = stageRunOf(here, ended, 'one');
    const text = JSON.stringify({
      ...record,
      outs: record.outs.map((out) => ({ ...out, path: 'artifacts/p/one/../../../evil' })),
    });
    const hex = sha256(text);
    here.write(`artifacts/.store/records-v1/stage-runs/${hex.slice(0, 2)}/${hex.slice(2)}.json`, text);
    const forged: RunRecord = recordOf(here, ended);
    forged.stages[0]!.stageRun = `sha256:${hex}`;
    here.write(`artifacts/.store/records-v1/runs/${forged.run}.json`, JSON.stringify(forged));
    const { exitCode, stderr } = await stemma(here, ['checkout', 'last']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 });
    expect(stderr).toContain('an out "o" that no stage can have made');
    expect(existsSync(join(here.root, 'evil'))).toBe(false);
  });

  it('where the run or the stage is none, or made nothing', async () => {
    const here = createProject();
    const failing = { run: ['false'], outs: { o: 'o' } };
    here.pipeline({ name: 'p', stages: { good: chain('abc').stages.one, failing } });
    expect((await run(here)).exitCode).toBe(1);
    const said = async (...args: string[]) => {
      const { exitCode, stderr } = await stemma(here, ['checkout', ...args]);
      return `${exitCode} ${stderr}`;
    };
    expect(await said('last~7')).toContain('2 error: there is no last~7: only 1 run\n');
    expect(await said('last', 'god')).toMatch(/^2 error: run .* has no stage "god"\nhint: did you mean "good"\?/);
    expect(await said('last', 'failing')).toMatch(/^2 error: stage "failing" has no outs in run .*: it was failed/);
    const { exitCode, stdout } = await stemma(here, ['checkout', 'last']);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(/no outs +failing +failed in that run/);
  });
});
