import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createHold } from '../rig/hold.ts';
import { run, runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { type Run, recordOf, runOf, stageRunOf, startStemma } from '../rig/stemma.ts';
import { filesBelow, outsOf, snapshot, storeProblems } from '../rig/store.ts';

const otherClock = fileURLToPath(new URL('../reliability/other-clock.mjs', import.meta.url));

// `stemma gc` as people meet it. What it keeps and frees of random histories is tested beside its code.

const pipeline = (word: string) => ({
  name: 'p',
  seed: 1,
  stages: {
    one: {
      run: [
        'sh',
        '-c',
        'mkdir {outs.tree}; echo {params.word} > {outs.tree}/word; echo same > {outs.tree}/same; echo says {params.word}',
      ],
      params: { word },
      outs: { tree: { path: 'tree' } },
    },
    two: { run: ['cp', '{deps.i}/word', '{outs.o}'], deps: { i: 'one.tree' }, outs: { o: { path: 'o.txt' } } },
  },
});

/** A project that was run with several words, one after the other. */
const ran = async (...words: readonly string[]) => {
  const here = createProject();
  const runs: Run[] = [];
  for (const word of words) {
    here.pipeline(pipeline(word));
    runs.push(await runWell(here));
  }
  return { here, runs, names: runs.map((each) => recordOf(here, each).run) };
};

const isStored = ({ root }: TestProject, digest: string): boolean =>
  filesBelow(join(root, 'artifacts/.store/content-v1')).includes(`${digest.slice(7, 9)}/${digest.slice(9)}`);

const recordsOf = ({ root }: TestProject) => snapshot(join(root, 'artifacts/.store/records-v1'));

describe('gc', () => {
  it('frees what no kept run needs, says so before and after, and leaves records and manifests', async () => {
    const { here, runs, names } = await ran('first', 'second', 'third');
    const [old, pinned] = runs.map((each) => stageRunOf(here, each, 'two').outs[0]!.digest);
    const [manifest] = runs.map((each) => stageRunOf(here, each, 'one').outs[0]!.digest);
    const before = recordsOf(here);
    expect(await stemma(here, ['gc', '--pin', names[1]!])).toMatchObject({ exitCode: 0 });
    const all = await stemma(here, ['gc']);
    expect(all.stdout).toMatch(/^freed 0 B\n/);
    const dry = await stemma(here, ['gc', '--keep-runs', '1', '--dry-run']);
    expect(dry.stdout).toMatch(/^would free 17 B\n\n {2}content +2 files +17 B\n\n2 cache entries would go with it\n/);
    expect(isStored(here, old!)).toBe(true);

    const { exitCode, stdout } = await stemma(here, ['gc', '--keep-runs', '1']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^freed 17 B\n/);
    expect(stdout).toMatch(/2 of 3 runs/);
    expect([old, pinned, manifest].map((digest) => isStored(here, digest!))).toEqual([false, true, true]);
    expect(recordsOf(here)).toEqual(before);
    expect(storeProblems(here.root)).toEqual([]);

    // What was kept is restored, and what was freed is made again.
    here.pipeline(pipeline('second'));
    expect((await runWell(here)).states).toEqual({ one: 'restored', two: 'restored' });
    here.pipeline(pipeline('first'));
    expect((await runWell(here)).states).toEqual({ one: 'ran', two: 'ran' });
    expect(storeProblems(here.root)).toEqual([]);
    expect((await stemma(here, ['gc', '--unpin', names[1]!])).stderr).toContain(`run ${names[1]} is pinned no more`);
  });

  it('keeps to a budget as far as the roots let it, and says where they do not', async () => {
    const { here, names } = await ran('first', 'second');
    const enough = await stemma(here, ['gc', '--budget', '1 MB', '--json']);
    expect(JSON.parse(enough.stdout)).toMatchObject({ fits: true, freed: { content: { count: 0 }, entries: 0 } });
    const none = await stemma(here, ['gc', '--budget', '0']);
    expect(none.exitCode).toBe(1);
    expect(none.stdout).toContain('the budget of 0 B is not kept: the roots alone need');
    // The log of what stands in the workspace is kept, and that of the run before it is gone.
    expect(await stemma(here, ['logs', 'one'])).toMatchObject({ stdout: 'says second' });
    here.pipeline(pipeline('first'));
    rmSync(join(here.root, 'artifacts/p'), { recursive: true });
    expect((await runWell(here)).states).toEqual({ one: 'ran', two: 'ran' });
    expect(names).toHaveLength(2);
  });

  it('frees what only runs older than an age need', async () => {
    const { here, runs } = await ran('first', 'second');
    const outs = runs.map((each) => stageRunOf(here, each, 'two').outs[0]!.digest);
    const gcAfter = (days: number) => {
      const later = { node: ['--import', otherClock], env: { STEMMA_CLOCK: String(days * 86_400_000) } };
      return stemma(here, ['gc', '--older-than', '30d'], later);
    };
    expect((await gcAfter(29)).stdout).toMatch(/^freed 0 B\n/);
    expect(outs.map((digest) => isStored(here, digest))).toEqual([true, true]);
    expect(await gcAfter(31)).toMatchObject({ exitCode: 0 });
    // The last that succeeded is kept, whatever its age.
    expect(outs.map((digest) => isStored(here, digest))).toEqual([false, true]);
  });

  it('takes mistakes on the command line for what they are', async () => {
    const { here } = await ran('first');
    const mistakes = [
      ['--budget', 'much'],
      ['--older-than', 'ever'],
      ['--keep-runs', '2', '--budget', '1GB'],
      ['--pin', 'nobody'],
      ['--unpin', 'last'],
      ['--pin', 'last', '--keep-runs', '1'],
    ];
    for (const args of mistakes) expect(await stemma(here, ['gc', ...args])).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it('tells a log that it has freed', async () => {
    const here = createProject();
    here.pipeline({ name: 'p', seed: 1, stages: { s: { run: 'echo loud; exit 3', outs: { o: { path: 'o' } } } } });
    await run(here);
    await stemma(here, ['gc', '--keep-runs', '0']);
    const { exitCode, stderr } = await stemma(here, ['logs', 's']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('the log is no longer in the store: gc has freed it');
  });
});

describe('while another run works', () => {
  it('gc harms nothing of it', async () => {
    const hold = await createHold();
    const here = createProject();
    const held = (word: string) => {
      const { stages, ...rest } = pipeline(word);
      const last = { run: hold.command('last'), deps: { i: 'two.o' }, outs: { o: { path: 'o' } } };
      return { ...rest, stages: { ...stages, last } };
    };
    const end = async () => {
      const stage = await hold.started('last');
      await stage.write(stage.env['STEMMA_OUT_O']!, 'o');
      stage.exit(0);
    };
    for (const word of ['first', 'second']) {
      here.pipeline(held(word));
      await Promise.all([runWell(here), end()]);
    }
    here.pipeline(held('first'));
    rmSync(join(here.root, 'artifacts/p'), { recursive: true });
    const child = startStemma(here, ['run', '--json', '--force']);
    const stage = await hold.started('last');
    const { exitCode, stdout } = await stemma(here, ['gc', '--keep-runs', '0', '--json']);
    expect({ exitCode, kept: JSON.parse(stdout).kept.runs }).toEqual({
      exitCode: 0,
      kept: { 'last successful': 1, 'under way': 1 },
    });
    await stage.write(stage.env['STEMMA_OUT_O']!, 'o');
    stage.exit(0);
    const { exitCode: ended, signal, stdout: events, stderr } = await child;
    const last = runOf({ exitCode: ended, signal, stdout: String(events), stderr: String(stderr) });
    expect(last.states).toEqual({ one: 'ran', two: 'ran', last: 'ran' });
    expect(storeProblems(here.root)).toEqual([]);
    const outs = outsOf(here);
    rmSync(join(here.root, 'artifacts/p'), { recursive: true });
    expect((await runWell(here)).states).toEqual({ one: 'restored', two: 'restored', last: 'restored' });
    expect(outsOf(here)).toEqual(outs);
  });

  it('a restore whose content is taken away falls back to executing', async () => {
    const { here, runs } = await ran('first', 'second');
    const { outs } = stageRunOf(here, runs[0]!, 'one');
    // The manifest is there, and the entry too: the restore begins, and meets what is gone.
    const word = filesBelow(join(here.root, 'artifacts/.store/content-v1')).find(
      (path) => snapshot(join(here.root, 'artifacts/.store/content-v1'))[path] === 'first\n',
    )!;
    rmSync(join(here.root, 'artifacts/.store/content-v1', word));
    here.pipeline(pipeline('first'));
    const again = await runWell(here);
    expect(again.states['one']).toBe('ran');
    expect(again.ended['one']!.because).toEqual(["the store's copy of its outs is damaged"]);
    expect(stageRunOf(here, again, 'one').outs).toEqual(outs);
    expect(storeProblems(here.root)).toEqual([]);
  });
});
