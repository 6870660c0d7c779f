import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditNow, told } from '../audit/rig.ts';
import { isNight, oneInEach, seedOfRun } from '../rig/depth.ts';
import { run, runWell } from '../rig/kept.ts';
import { makeFolder, openProject, removeFolder, type TestProject } from '../rig/project.ts';
import { type Ended, program, type Run, runWell as startWell, stemma } from '../rig/stemma.ts';
import { contentFile, filesBelow, sha256, storeProblems } from '../rig/store.ts';
import { different, keptOf, lost, type Right, rightOf } from './checks.ts';
import { fillUp, mayMount, mountReadOnly, mountSmall } from './no-room.ts';
import { renew } from './scenario.ts';

// What the machine does to us: a full disk, a folder that cannot be written, damage in the store. Always a clear error
// or a right run that says what it found; nothing is lost; and when the fault is gone, the next run is right.
// `make test` takes a part of the sizes, folders and damages, other ones for each commit, with each kind of fault among them;
// `make nightly` all of them.

const seed = seedOfRun();
if (!isNight) console.log(`a part of the faults, seed ${seed}`);

const storePath = 'artifacts/.store';

// One folder for all tests, since bundles and the stat cache know their project by its place: each test starts from a
// copy of a project that has run.
const folder = makeFolder();
const root = join(folder, 'project');
const base = join(folder, 'base');
const right = {} as Record<'a' | 'b', Right>;

beforeAll(async () => {
  const project = openProject(root);
  for (const letter of ['b', 'a'] as const) {
    rmSync(root, { recursive: true, force: true });
    writeProject(project, letter);
    await runWell(project);
    right[letter] = rightOf(project);
  }
  renew(root, base);
});
afterAll(() => removeFolder(folder));

/** The project after a run: everything is up to date. */
const madeProject = (): TestProject => renew(base, root);

/** The same with an edit, so that the next run has code to bundle and two stages to execute. */
const editedProject = (): TestProject => {
  const project = madeProject();
  writeProject(project, 'b');
  return project;
};

const writeProject = (project: TestProject, letter: 'a' | 'b'): void => {
  project.write('in.txt', 'one\ntwo\n');
  project.stageType('upper', { code: `${upper}\n// ${letter}\n` });
  project.pipeline({
    stages: {
      words: {
        run: 'mkdir {outs.words} && cat in.txt > {outs.words}/a && tac in.txt > {outs.words}/b',
        deps: { in: { path: 'in.txt' } },
        outs: { words: 'words' },
      },
      upper: { uses: 'upper', deps: { in: 'words.words' }, params: { letter } },
      last: {
        run: 'cat {deps.words}/a {deps.upper} > {outs.last}; echo printed',
        deps: { words: 'words.words', upper: 'upper.out' },
        outs: { last: 'last.txt' },
      },
    },
  });
};

const upper = `
import { readFileSync, writeFileSync } from 'node:fs';
export const run = (context) => {
  const text = readFileSync(context.deps.in + '/a', 'utf8').toUpperCase();
  writeFileSync(context.outs.out, text + context.params.letter.repeat(20_000));
};`;

/** An error that people can act on: exit code 1, what is wrong in words, and no stack. */
const expectClear = ({ exitCode, stdout, stderr }: Ended, cause: RegExp): void => {
  const said = `${stdout}\n${stderr}`;
  expect(said).toMatch(cause);
  expect(said).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(exitCode).toBe(1);
};

const expectRight = async (project: TestProject, letter: 'a' | 'b'): Promise<Run> => {
  const next = await runWell(project);
  expect(different(right[letter], project)).toEqual([]);
  expect(storeProblems(project.root)).toEqual([]);
  expect(told(await auditNow(project.root))).toEqual([]);
  expect(new Set(Object.values((await runWell(project)).states))).toEqual(new Set(['up to date']));
  return next;
};

/** A way to have too little room, by sizes from nothing to nearly enough. */
interface Room {
  readonly name: string;
  readonly sizes: readonly number[];
  /** What the errors of this way may say. A stage's own program says it in its log, and ends with an exit code. */
  readonly says: RegExp;
  /** Where a project has so little room. */
  readonly place: () => string;
  readonly run: (project: TestProject, size: number) => Promise<Ended>;
}

const smallDisk: Room = {
  name: 'a full disk (a small file system of its own)',
  sizes: [0, ...oneInEach(4, [1, 2, 3, 4, 6, 8, 11, 14, 18, 24, 32], seed)].map((pages) => pages * 4096),
  says: /disk is full|ENOSPC|No space left|exit code/,
  place: () => join(mountSmall(8 << 20), 'project'),
  run: async (project, size) => {
    const ballast = fillUp(dirname(project.root), size);
    const ended = await stemma(project, ['run']);
    ballast.free();
    return ended;
  },
};

const smallFiles: Room = {
  name: 'a limit on the size of files (ulimit -f)',
  // Blocks of 512 bytes.
  sizes: [0, ...oneInEach(3, [1, 2, 4, 8, 16, 32, 39], seed)],
  says: /too large|EFBIG|exit code|SIGXFSZ/,
  place: () => root,
  run: async ({ root }, size) => {
    const line = `ulimit -f ${size}; exec "$0" "$@"`;
    const ended = await execa('/bin/sh', ['-c', line, process.execPath, program, 'run'], { cwd: root, reject: false });
    return { exitCode: ended.exitCode, signal: ended.signal, stdout: ended.stdout, stderr: ended.stderr };
  },
};

const mounts = mayMount();
if (!mounts)
  console.log('no mount is allowed here: no full disk and no read-only folder but those that the other tests imitate');

test.each(mounts ? [smallDisk, smallFiles] : [smallFiles])(
  '$name: wherever in a run it is met, it is told',
  { timeout: 120_000 },
  async (room) => {
    const place = room.place();
    let failed = 0;
    for (const size of room.sizes) {
      const project = renew(base, place);
      writeProject(project, 'b');
      const before = keptOf(project.root);
      const ended = await room.run(project, size);
      expect(lost(before, project.root)).toEqual([]);
      if (ended.exitCode !== 0) failed++;
      if (ended.exitCode !== 0) expectClear(ended, room.says);
      await expectRight(project, 'b');
    }
    // With no room at all nothing can succeed; the more there is, the later it ends.
    expect(failed).toBeGreaterThan(isNight ? 3 : 0);
  },
);

// What can be made again costs no run its success.
const derived = `${storePath}/stat-v1`;
const notCached = /the stat cache could not be written/;

const folders = [
  'artifacts',
  'artifacts/p',
  'artifacts/p/last',
  storePath,
  ...[
    'content-v1',
    'fingerprints-v1',
    'records-v1',
    'records-v1/runs',
    'records-v1/stage-runs',
    'state-v1',
    'stat-v1',
    'code-v1',
  ].map((name) => `${storePath}/${name}`),
];

// By day each folder has one of the two faults.
test.each(oneInEach(2, [...folders, `${storePath}/work-v1`], seed))(
  'a file that stands where %s has to be is named',
  async (name) => {
    const project = editedProject();
    const [path, aside] = [join(root, name), join(root, 'aside')];
    mkdirSync(path, { recursive: true });
    renameSync(path, aside);
    writeFileSync(path, 'in the way');
    const ended = await stemma(project, ['run']);
    if (name === derived) expect([ended.exitCode, ended.stderr]).toEqual([0, expect.stringMatching(notCached)]);
    else expectClear(ended, new RegExp(name));
    expect(readFileSync(path, 'utf8')).toBe('in the way');
    rmSync(path);
    renameSync(aside, path);
    await expectRight(project, 'b');
  },
);

test.each(mounts ? oneInEach(2, folders, seed + 1) : [])('%s, when it cannot be written, is named', async (name) => {
  const project = editedProject();
  const readOnly = mountReadOnly(join(root, name));
  const before = keptOf(project.root);
  const ended = await stemma(project, ['run']);
  if (name === derived) expect([ended.exitCode, ended.stderr]).toEqual([0, expect.stringMatching(notCached)]);
  else expectClear(ended, new RegExp(`(read-only|busy|cannot be made).*${name}`));
  expect(lost(before, root)).toEqual([]);
  readOnly.undo();
  await expectRight(project, 'b');
});

/** Ways in which a file can be damaged. `undefined`: it is gone. */
const damages: Readonly<Record<string, (bytes: Buffer) => Buffer | undefined>> = {
  'a bit flipped': (bytes) =>
    Buffer.concat([bytes.subarray(0, -2), Buffer.from([bytes.at(-2)! ^ 4]), bytes.subarray(-1)]),
  torn: (bytes) => bytes.subarray(0, bytes.length >> 1),
  empty: () => Buffer.alloc(0),
  gone: () => undefined,
  garbage: () => Buffer.from('\0\xff{[garbage'),
};

const asJson: typeof damages = {
  ...damages,
  'the JSON null': () => Buffer.from('null'),
  'nothing but its format': (bytes) => Buffer.from(JSON.stringify({ format: parsed(bytes)['format'] })),
  'without its values': (bytes) => {
    const { format, ...rest } = parsed(bytes);
    return Buffer.from(JSON.stringify({ format, ...Object.fromEntries(Object.keys(rest).map((key) => [key, null])) }));
  },
};

/** The stat cache has a line with its checksum before the value. */
const parsed = (bytes: Buffer): Record<string, unknown> => JSON.parse(bytes.toString().replace(/^sha256:.*\n/, ''));

const ways = (kinds: typeof damages): string[] => Object.keys(kinds);

const damage = (file: string, how: (bytes: Buffer) => Buffer | undefined): void => {
  const bytes = how(readFileSync(file));
  rmSync(file);
  if (bytes !== undefined) writeFileSync(file, bytes);
};

const filesIn = (name: string): string[] =>
  filesBelow(join(root, storePath, name)).map((path) => join(root, storePath, name, path));

test.each(ways(damages))('content and manifests that are %s are made again', async (how) => {
  const project = madeProject();
  // Each run starts a process: one that has met damage looks at all content more closely from then on.
  // The pipeline's own bytes are read by exports alone, and made by no stage: of their damage audit tells.
  const pipeline = contentFile(join(root, storePath), `sha256:${sha256(project.read('pipelines/p.json'))}`);
  for (const file of filesIn('content-v1').filter((path) => path !== pipeline)) damage(file, damages[how]!);
  // Nothing reads the store of what stands in the workspace.
  expect(new Set(Object.values((await startWell(project)).states))).toEqual(new Set(['up to date']));
  rmSync(join(root, 'artifacts/p'), { recursive: true });
  const next = await startWell(project);
  expect(next.executed).toEqual(['words', 'upper', 'last']);
  const reasons = Object.values(next.ended).flatMap(({ because }) => because);
  expect(reasons.every((reason) => /no longer in the store|store's copy of its outs is damaged/.test(reason))).toBe(
    true,
  );
  if (how !== 'gone') expect(next.notices.join('\n')).toMatch(/holds other bytes/);
  rmSync(join(root, 'artifacts/p'), { recursive: true });
  expect(new Set(Object.values((await expectRight(project, 'a')).states))).toEqual(new Set(['restored']));
});

/** Files of JSON that runs read, and what a run says where one is damaged. Those that can be made again say nothing. */
const jsonKinds: Readonly<Record<string, { readonly says?: RegExp }>> = {
  'fingerprints-v1': { says: /fingerprints-v1.* is damaged and counts as absent/ },
  'records-v1/stage-runs': { says: /stage-runs.* is damaged and counts as absent/ },
  'records-v1/runs': { says: /records-v1\/runs.* is damaged and counts as absent/ },
  'state-v1': { says: /state-v1.* is damaged and counts as absent/ },
  'stat-v1': {},
  'code-v1': {},
};

// By day each kind of file has two or three damages, and each damage two kinds.
const cases = Object.keys(jsonKinds).flatMap((kind, i) =>
  oneInEach(3, ways(asJson), seed + i).map((how) => [kind, how] as const),
);

test.each(cases)('what lies in %s is %s: the run is right', async (kind, how) => {
  const project = madeProject();
  const damaged = filesIn(kind).filter((file) => file.endsWith('.json'));
  for (const file of damaged) damage(file, asJson[how]!);
  rmSync(join(root, 'artifacts/p'), { recursive: true });
  const next = await run(project);
  expect([next.exitCode, next.stderr]).toEqual([0, '']);
  expect(different(right.a, project)).toEqual([]);
  // A record that cannot be read stays for people to look at; all else is whole again.
  for (const file of damaged.filter((path) => /records-v1/.test(path))) rmSync(file, { force: true });
  expect(
    storeProblems(root).filter(
      (problem) => !/there is no record of|the head names|refers to a stage run/.test(problem),
    ),
  ).toEqual([]);
  const { says } = jsonKinds[kind]!;
  if (says !== undefined && unmistakable(how)) expect(next.notices.join('\n')).toMatch(says);
});

/** Damage that no reader can take for a file that is absent or another. */
const unmistakable = (how: string): boolean =>
  how === 'torn' || how === 'empty' || how === 'garbage' || how === 'the JSON null';

test.each(ways(damages))('a bundle that is %s is never run', async (how) => {
  const project = madeProject();
  for (const file of filesIn('code-v1').filter((path) => path.endsWith('.mjs'))) damage(file, damages[how]!);
  const next = await runWell(project, ['--force']);
  expect(next.executed).toEqual(['words', 'upper', 'last']);
  await expectRight(project, 'a');
});

const locks: Readonly<Record<string, string>> = {
  empty: '',
  torn: '{"pid":1,"sta',
  garbage: '\0\xff{[garbage',
  'the JSON null': 'null',
  'of a process that is no more': '{"pid":4194303,"started":null}',
  'of a process number that another one has got since': `{"pid":${process.pid},"started":"1"}`,
};

test.each(Object.keys(locks))(
  "a lock, and a note of a stage's process, that is %s holds and ends nobody",
  async (how) => {
    const project = madeProject();
    const names = ['pipelines/p', 'records', 'content', `stages/${'0'.repeat(64)}`];
    const files = names.flatMap((name) => [`locks-v1/${name}`, `locks-v1/${name}.replacing`]);
    const note = `work-v1/${'0'.repeat(64)}/process.json`;
    for (const file of [...files, note]) project.write(`${storePath}/${file}`, locks[how]!);
    await expectRight(project, 'a');
  },
);
