import { renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createProject, type TestProject } from '../rig/project.ts';
import { startWatch } from '../rig/watch.ts';

// What wakes a watch: real files, changed as people change them.

const shell = (run: string, more: object = {}) => ({ run, outs: { o: 'o' }, ...more });

/** A project whose stages read a file, a folder and a glob. */
const dataProject = (): TestProject => {
  const project = createProject();
  project.write('one.txt', '1');
  project.write('folder/inner/a.txt', 'a');
  project.write('tables/a.csv', 'a');
  project.pipeline({
    stages: {
      file: shell('cat one.txt > {outs.o}', { deps: { in: { path: 'one.txt' } } }),
      folder: shell('find folder -type f | sort > {outs.o}', { deps: { in: { path: 'folder' } } }),
      glob: shell('cat tables/*.csv > {outs.o}', { deps: { in: { path: 'tables/*.csv' } } }),
    },
  });
  return project;
};

const only = (stage: string) => ({ file: 'up to date', folder: 'up to date', glob: 'up to date', [stage]: 'ran' });

describe('data', () => {
  test('that comes, goes or changes in any way runs what reads it', async () => {
    const project = dataProject();
    const at = (path: string) => join(project.root, path);
    const watch = startWatch(project);
    expect(await watch.nextRun()).toMatchObject({ runs: 1, states: { file: 'ran', folder: 'ran', glob: 'ran' } });
    const edits: readonly (readonly [string, string, () => void])[] = [
      ['a file is written', 'file', () => project.write('one.txt', '2')],
      [
        'a file is saved as editors do it',
        'file',
        () => {
          writeFileSync(at('.one.txt.swp'), '3');
          renameSync(at('.one.txt.swp'), at('one.txt'));
        },
      ],
      ['and once more, since the inode is another one', 'file', () => project.write('one.txt', '4')],
      ['a file comes into a folder', 'folder', () => project.write('folder/inner/b.txt', 'b')],
      ['a folder comes into a folder', 'folder', () => project.write('folder/new/deep/c.txt', 'c')],
      ['a file comes into that', 'folder', () => project.write('folder/new/deep/d.txt', 'd')],
      ['a file goes', 'folder', () => rmSync(at('folder/inner/a.txt'))],
      ['a folder goes', 'folder', () => rmSync(at('folder/new'), { recursive: true })],
      [
        'a folder is replaced by another',
        'folder',
        () => {
          project.write('elsewhere/x.txt', 'x');
          renameSync(at('folder/inner'), at('old'));
          renameSync(at('elsewhere'), at('folder/inner'));
        },
      ],
      ['a file comes into that', 'folder', () => project.write('folder/inner/y.txt', 'y')],
      ['a file comes that a glob matches', 'glob', () => project.write('tables/b.csv', 'b')],
      ['a file goes that a glob matches', 'glob', () => rmSync(at('tables/a.csv'))],
    ];
    for (const [what, stage, edit] of edits) {
      edit();
      const { states, outcome } = await watch.nextRun();
      expect([what, states, outcome]).toEqual([what, only(stage), 'succeeded']);
    }
  });

  test('that is no input, the same bytes and its own writes wake it or run nothing', async () => {
    const project = dataProject();
    const watch = startWatch(project);
    await watch.nextRun();
    // Of none of these, and of none of the runs' own writes, does a run come: the next is that of the last one.
    project.write('tables/notes.txt', 'beside the glob');
    project.write('unknown/file.txt', 'of nobody');
    project.write('artifacts/p/file/notes', 'beside an out');
    project.write('artifacts/.store/notes', 'in the store');
    utimesSync(join(project.root, 'one.txt'), new Date(), new Date());
    expect((await watch.until('watch-nothing-to-do')).all.at(-2)).toEqual({
      type: 'watch-woke',
      why: 'change',
      paths: ['one.txt'],
    });
    project.write('one.txt', '2');
    const { runs, woke, all } = await watch.nextRun();
    expect([runs, woke]).toEqual([1, ['one.txt']]);
    expect(all.filter(({ type }) => type === 'watch-spared')).toEqual([]);
  });

  test('that changes in a burst is one run', async () => {
    const project = dataProject();
    const watch = startWatch(project);
    await watch.nextRun();
    for (let i = 0; i < 300; i++) project.write(`folder/burst/${i % 7}/${i}.txt`, String(i));
    project.write('one.txt', '2');
    const { runs, states } = await watch.nextRun();
    expect([runs, states]).toEqual([1, { file: 'ran', folder: 'ran', glob: 'up to date' }]);
    expect(project.read('artifacts/p/folder/o').trim().split('\n')).toHaveLength(301);
  });

  test('behind a link is watched where it lies', async () => {
    const project = createProject();
    project.write('versions/one.txt', '1');
    project.write('folder/plain.txt', 'p');
    const { symlinkSync } = await import('node:fs');
    symlinkSync('../versions/one.txt', join(project.root, 'folder/link.txt'));
    project.pipeline({ stages: { s: shell('cat folder/* > {outs.o}', { deps: { in: { path: 'folder' } } }) } });
    const watch = startWatch(project);
    await watch.nextRun();
    project.write('versions/one.txt', '2');
    await watch.nextRun();
    expect(project.read('artifacts/p/s/o')).toBe('2p');
  });

  test('that is missing stops it, and it goes on when that is back', async () => {
    const project = dataProject();
    const watch = startWatch(project);
    await watch.nextRun();
    rmSync(join(project.root, 'one.txt'));
    const { last } = await watch.until('watch-broken');
    expect(last.diagnostics.map(({ code }) => code)).toEqual(['file-not-found']);
    project.write('one.txt', 'back');
    expect((await watch.nextRun()).states).toEqual(only('file'));
  });
});

describe('the pipeline', () => {
  test('is read again; while it is broken or gone, that is told, and watching goes on', async () => {
    const project = createProject();
    const stages = (text: string) => ({ stages: { s: shell(`echo ${text} > {outs.o}`) } });
    project.pipeline(stages('one'));
    const watch = startWatch(project);
    await watch.nextRun();
    project.pipeline(stages('two'));
    expect((await watch.nextRun()).states).toEqual({ s: 'ran' });
    project.write('pipelines/p.json', '{ "stages": ');
    expect((await watch.until('watch-broken')).last.diagnostics[0]!.code).toBe('json-syntax');
    rmSync(join(project.root, 'pipelines/p.json'));
    expect((await watch.until('watch-broken')).last.diagnostics[0]!.code).toBe('pipeline-not-found');
    project.pipeline(stages('three'));
    expect((await watch.nextRun()).states).toEqual({ s: 'ran' });
    expect(project.read('artifacts/p/s/o')).toBe('three\n');
  });

  test('may be broken from the start, for want of what it names', async () => {
    const project = createProject();
    project.pipeline({
      stages: { a: shell('cat {deps.in} > {outs.o}', { deps: { in: { path: 'data/in.txt' } } }), b: { uses: 'mine' } },
    });
    const watch = startWatch(project);
    const first = await watch.until('watch-broken');
    expect(first.last.diagnostics.map(({ code }) => code).sort()).toEqual(['file-not-found', 'unknown-stage-type']);
    await watch.until('watch-waiting');
    project.write('data/in.txt', 'in');
    await watch.until('watch-broken', ({ diagnostics }) => diagnostics.length === 1);
    project.stageType('mine', {
      code: "import { writeFileSync } from 'node:fs';\nexport const run = (c) => writeFileSync(c.outs.out, '');",
    });
    expect((await watch.nextRun()).states).toEqual({ a: 'ran', b: 'ran' });
  });

  test('may refer to another, whose new outs count', async () => {
    const project = createProject();
    const other = (text: string) => project.pipeline({ stages: { made: shell(`echo ${text} > {outs.o}`) } }, 'other');
    other('one');
    const { runWell } = await import('../rig/stemma.ts');
    await runWell(project, ['other']);
    project.pipeline({
      stages: { s: shell('cat {deps.in} > {outs.o}', { deps: { in: { pipeline: 'other', out: 'made.o' } } }) },
    });
    const watch = startWatch(project, ['p']);
    await watch.nextRun();
    other('two');
    await runWell(project, ['other']);
    await watch.nextRun();
    expect(project.read('artifacts/p/s/o')).toBe('two\n');
  });
});

describe('stage code', () => {
  const writes = (text: string) => `
import { writeFileSync } from 'node:fs';
import { helper } from '../../lib/helper.ts';
export const run = (context) => writeFileSync(context.outs.out, helper + ${JSON.stringify(text)});`;

  test('runs its stage again: its own, what it imports, what it reads, its declaration', async () => {
    const project = createProject();
    project.write('lib/helper.ts', "export const helper = 'h1';");
    project.write('stages/mine/words.txt', 'w');
    project.stageType('mine', { code: writes('1'), declaration: { reads: ['words.txt'] } });
    project.write('script.sh', 'echo 1');
    project.pipeline({ stages: { mine: { uses: 'mine' }, command: shell('sh script.sh > {outs.o}') } });
    const watch = startWatch(project);
    await watch.nextRun();
    const edits: readonly (readonly [string, string, () => void])[] = [
      ['run.ts', 'mine', () => project.write('stages/mine/run.ts', writes('2'))],
      ['a helper', 'mine', () => project.write('lib/helper.ts', "export const helper = 'h2';")],
      ['reads', 'mine', () => project.write('stages/mine/words.txt', 'x')],
      [
        'stage.json',
        'mine',
        () => project.stageType('mine', { code: writes('2'), declaration: { version: 2, reads: ['words.txt'] } }),
      ],
      ['a program named in a command', 'command', () => project.write('script.sh', 'echo 2')],
    ];
    for (const [what, stage, edit] of edits) {
      edit();
      const { states } = await watch.nextRun();
      expect([what, states]).toEqual([what, { mine: 'up to date', command: 'up to date', [stage]: 'ran' }]);
    }
    expect(project.read('artifacts/p/mine/out.txt')).toBe('h22');
  });

  test('that does not compile fails its stage, and is mended', async () => {
    const project = createProject();
    project.write('lib/helper.ts', "export const helper = 'h1';");
    project.stageType('mine', { code: writes('1') });
    project.pipeline({ stages: { mine: { uses: 'mine' }, command: shell('echo 1 > {outs.o}') } });
    const watch = startWatch(project);
    await watch.nextRun();
    project.write('lib/helper.ts', 'export const helper = ');
    expect((await watch.nextRun()).states).toMatchObject({ mine: 'failed' });
    project.write('lib/helper.ts', "export const helper = 'h2';");
    expect((await watch.nextRun()).states).toEqual({ mine: 'ran', command: 'up to date' });
  });
});
