import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordText } from '../../src/store/record-text.ts';
import { runWell, stemma } from '../rig/kept.ts';
import { makeFolder, openProject, removeFolder, type TestProject, temporaryFolder } from '../rig/project.ts';
import { type Run, recordOf } from '../rig/stemma.ts';
import { auditNow, told } from './rig.ts';

// What people and disks do to a project, each in a copy of one whose four runs were right.

const prepared = makeFolder();
const ended: Run[] = [];
beforeAll(async () => {
  const project = openProject(prepared);
  project.write('data/a.txt', 'a\n');
  project.write('data/b.txt', 'b\n');
  for (const word of ['one', 'two', 'two', 'three']) {
    project.pipeline({
      stages: {
        first: { run: 'cp -R {deps.data} {outs.tree}', deps: { data: { path: 'data' } }, outs: { tree: 'tree' } },
        last: {
          run: 'echo {params.word} > {outs.word}; cat {deps.tree}/* >> {outs.word}',
          deps: { tree: 'first.tree' },
          params: { word },
          outs: { word: 'word.txt' },
        },
      },
    });
    ended.push(await runWell(project));
  }
});
afterAll(() => removeFolder(prepared));

const copied = (): TestProject => {
  const root = join(temporaryFolder(), 'copy');
  cpSync(prepared, root, { recursive: true, preserveTimestamps: true });
  return openProject(root);
};

const store = 'artifacts/.store';
const runFile = (i: number): string =>
  `${store}/records-v1/runs/${recordOf(openProject(prepared), ended[i]!).run}.json`;
const stageRunFile = (i: number, stage: string): string => {
  const digest = recordOf(openProject(prepared), ended[i]!).stages.find((entry) => entry.stage === stage)!.stageRun!;
  return `${store}/records-v1/stage-runs/${digest.slice(7, 9)}/${digest.slice(9)}.json`;
};
const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const digestOfRun = (i: number): string => sha256(readFileSync(join(prepared, runFile(i))));

/** Removes a file of a copy, and says what an audit tells of. */
const without = async (path: string): Promise<string[]> => {
  const project = copied();
  rmSync(join(project.root, path));
  return told(await auditNow(project.root));
};

describe('an audit', () => {
  it('finds nothing wrong where nothing is, in a copy too', async () => {
    const { findings, notes, head, runs } = await auditNow(copied().root);
    expect([findings, notes, runs]).toEqual([[], [], 4]);
    expect(head).toEqual({ run: recordOf(openProject(prepared), ended[3]!).run, digest: `sha256:${digestOfRun(3)}` });
    expect((await auditNow(temporaryFolder())).findings).toEqual([]);
  });

  it('names records that were taken out', async () => {
    // The stage runs of the first run, of the second and of the last tell of them.
    for (const i of [0, 1, 3]) expect(await without(runFile(i))).toEqual([`run-missing ${runFile(i)}`]);
    // Of one in which nothing ran, only the chain does.
    expect(await without(runFile(2))).toEqual([`run-damaged ${runFile(1)}`]);
    // Unless somebody has asked for the history before.
    const asked = copied();
    await stemma(asked, ['runs']);
    rmSync(join(asked.root, runFile(2)));
    expect(told(await auditNow(asked.root))).toEqual([`run-missing ${runFile(2)}`]);
    for (const i of [0, 3])
      expect(await without(stageRunFile(i, 'last'))).toEqual([`stage-run-missing ${stageRunFile(i, 'last')}`]);
    expect(await without(`${store}/records-v1/head`)).toEqual([`head-damaged ${store}/records-v1/head`]);
  });

  it('tells missing content by what needs it, and lets go what nothing does', async () => {
    const project = copied();
    const out = JSON.parse(project.read(stageRunFile(3, 'last'))) as { outs: { digest: string }[] };
    const path = `${store}/content-v1/${out.outs[0]!.digest.slice(7, 9)}/${out.outs[0]!.digest.slice(9)}`;
    expect(await without(path)).toEqual([`content-missing ${path}`]);
    rmSync(join(project.root, path));
    for (const { name, parentPath } of entryFiles(project))
      if (readFileSync(join(parentPath, name), 'utf8').includes(out.outs[0]!.digest)) rmSync(join(parentPath, name));
    expect(told(await auditNow(project.root))).toEqual([]);
  });

  it('finds an edited history whose digests were made anew, by a head that was written down', async () => {
    const project = copied();
    const heads = [0, 1, 2, 3].map(digestOfRun);
    expect(told(await auditNow(project.root, ...heads))).toEqual([]);
    rewriteFrom(project, 1);
    expect(told(await auditNow(project.root))).toEqual([]);
    const { findings } = await auditNow(project.root, heads[0]!, heads[3]!.slice(0, 16));
    expect(findings.map(({ code, path, found }) => [code, path, found])).toEqual([
      [
        'history-rewritten',
        `${store}/records-v1/runs`,
        expect.stringMatching(/^no record has it.*up to run .* it is as/),
      ],
    ]);
    // The head's own file says which run it was.
    const line = readFileSync(join(prepared, store, 'records-v1/head'), 'utf8');
    expect(told(await auditNow(project.root, line))).toEqual([`history-rewritten ${runFile(3)}`]);
  });

  it('finds a history that was cut off', async () => {
    const project = copied();
    rmSync(join(project.root, runFile(3)));
    rmSync(join(project.root, stageRunFile(3, 'last')));
    rmSync(join(project.root, 'artifacts/p/run.html'));
    project.write(`${store}/records-v1/head`, `${digestOfRun(2)}  runs/${runFile(2).split('/').at(-1)}\n`);
    rmSync(join(project.root, `${store}/state-v1/p/last.json`));
    for (const { name, parentPath } of entryFiles(project))
      if (readFileSync(join(parentPath, name), 'utf8').includes('"three"')) rmSync(join(parentPath, name));
    expect(told(await auditNow(project.root))).toEqual([]);
    const { findings } = await auditNow(project.root, digestOfRun(3));
    expect(findings).toMatchObject([
      { code: 'history-rewritten', found: expect.stringContaining('cut off after run') },
    ]);
  });

  it('names each file of an out that was changed, put in or taken away', async () => {
    const project = copied();
    project.write('artifacts/p/first/tree/new.txt', 'new');
    project.write('artifacts/p/first/tree/a.txt', 'A\n');
    rmSync(join(project.root, 'artifacts/p/first/tree/b.txt'));
    const { findings } = await auditNow(project.root);
    expect(
      findings.map(({ path, expected, found }) => [path.split('/').at(-1), expected.slice(0, 12), found.slice(0, 7)]),
    ).toEqual([
      ['a.txt', 'sha256:87428', 'sha256:'],
      ['b.txt', 'sha256:02638', 'nothing'],
      ['new.txt', 'no such file', 'sha256:'],
    ]);
  });

  it('sees an input with the same size and times, that the stat cache takes for the same', async () => {
    const project = copied();
    const path = join(project.root, 'data/a.txt');
    const { atime, mtime } = statSync(path);
    writeFileSync(path, 'A\n');
    utimesSync(path, atime, mtime);
    const { findings } = await auditNow(project.root);
    expect(findings).toMatchObject([
      { code: 'input-changed', path: 'data/a.txt', expected: expect.stringContaining('run') },
    ]);
    rmSync(path);
    expect(told(await auditNow(project.root))).toEqual(['input-changed data/a.txt']);
  });

  it('takes an out that is not there for one that is to be made, and a file beside it for the user’s', async () => {
    const project = copied();
    rmSync(join(project.root, 'artifacts/p/last/word.txt'));
    project.write('artifacts/p/last/mine.txt', 'mine');
    const { findings, notes } = await auditNow(project.root);
    expect(findings).toEqual([]);
    expect(notes.map(({ path, message }) => [path, message])).toEqual([
      ['artifacts/p/last/word.txt', expect.stringContaining('the next run')],
      ['artifacts/p/last', expect.stringContaining('no stage made')],
    ]);
  });

  it('names what Stemma did not put into its store', async () => {
    const project = copied();
    project.write(`${store}/content-v1/notes.txt`, '');
    project.write(`${store}/strange-v9/x`, '');
    symlinkSync('/etc/hostname', join(project.root, store, 'records-v1/runs/link.json'));
    expect(told(await auditNow(project.root))).toEqual([
      `file-foreign ${store}/content-v1/notes.txt`,
      `file-foreign ${store}/records-v1/runs/link.json`,
      `file-foreign ${store}/strange-v9/x`,
    ]);
  });

  it('removes damaged derived files alone, by name, and is clean after that', async () => {
    const project = copied();
    const path = `${store}/stat-v1/small.json`;
    project.write(path, `${project.read(path)}x`);
    expect(told(await auditNow(project.root))).toEqual([`derived-damaged ${path}`]);
    expect(existsSync(join(project.root, path))).toBe(false);
    expect(told(await auditNow(project.root))).toEqual([]);
    await runWell(project);
    expect(existsSync(join(project.root, path))).toBe(true);
  });

  it('tells of a record that is whole and cannot be true', async () => {
    const project = copied();
    const record = JSON.parse(project.read(stageRunFile(3, 'last'))) as { fields: { params: object }; outs: unknown };
    const text = recordText({ ...record, fields: { ...record.fields, params: { word: 'forged' } } });
    const hex = sha256(text);
    project.write(`${store}/records-v1/stage-runs/${hex.slice(0, 2)}/${hex.slice(2)}.json`, text);
    const { findings } = await auditNow(project.root);
    expect(findings).toMatchObject([{ code: 'record-false', expected: expect.stringContaining('fingerprint') }]);
  });
});

const entryFiles = (project: TestProject) =>
  readdirSync(join(project.root, store, 'fingerprints-v1'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );

/** Changes a record and all that follow on it, and the head, so that the chain holds. */
const rewriteFrom = (project: TestProject, from: number): void => {
  let previous: string | undefined;
  for (let i = from; i < ended.length; i++) {
    const record = JSON.parse(project.read(runFile(i))) as Record<string, unknown>;
    const changed = recordText(previous === undefined ? { ...record, notices: ['forged'] } : { ...record, previous });
    project.write(runFile(i), changed);
    previous = `sha256:${sha256(changed)}`;
  }
  project.write(`${store}/records-v1/head`, `${previous!.slice(7)}  runs/${runFile(3).split('/').at(-1)}\n`);
};
