import { execFileSync } from 'node:child_process';
import { linkSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openProject, type TestProject, temporaryFolder } from '../rig/project.ts';
import { type Ended, type Run, run, runWell, stemma } from '../rig/stemma.ts';
import { filesBelow, outsOf, sha256 } from '../rig/store.ts';
import { doctor, forge, forgeManifest, putContent, readState } from './hostile-store.ts';

// What a pipeline, an input, a stage or a store may hold that was made to do harm: a diagnostic or a right run, and
// never a write outside `artifacts/`. Beside each project lies a folder that nobody may touch.

interface Hostile extends TestProject {
  /** Absolute path of the folder outside. */
  readonly outside: string;
  /** Everything outside `artifacts/`, with all that a write, a move or a new mode would change. */
  readonly surroundings: () => readonly string[];
}

const setUp = (): Hostile => {
  const folder = temporaryFolder();
  const project = openProject(join(folder, 'project'));
  const outside = join(folder, 'outside');
  for (const path of [project.root, join(outside, 'below')]) mkdirSync(path, { recursive: true });
  for (const path of ['x', 'o', 'run.html', 'below/y']) writeFileSync(join(outside, path), `untouched ${path}`);
  return { ...project, outside, surroundings: () => statesBelow(folder) };
};

const statesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === 'artifacts') return [];
    const { mode, mtimeMs, nlink, size } = lstatSync(path);
    const state = `${path} ${mode.toString(8)} ${mtimeMs} ${nlink} ${size}`;
    if (entry.isSymbolicLink()) return [`${state} ${readlinkSync(path)}`];
    // A folder's time is not looked at where names in it are.
    return entry.isDirectory() ? [`${path} ${mode.toString(8)}`, ...statesBelow(path)] : [state];
  });

/** Words, and no stack. */
const expectWords = ({ stdout, stderr, exitCode }: Ended, code: number): void => {
  expect(`${stdout}\n${stderr}`).not.toMatch(/^\s+at .*:\d+:\d+\)?$|TypeError|RangeError|SyntaxError/m);
  expect([exitCode, stderr]).toEqual([code, stderr]);
};

const failures = ({ ended }: Run): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(ended).map(([stage, { failure }]) => [stage, failure?.message]));

const command = (line: string, rest: object = {}) => ({ run: line, outs: { o: 'o' }, ...rest });
const reading = (path: string) => command('ls -R {deps.d} > {outs.o}', { deps: { d: { path } } });

describe('a pipeline', () => {
  test('that leads out of the project, or has no names, is refused as a whole', async () => {
    const project = setUp();
    symlinkSync(join(project.outside, 'x'), join(project.root, 'linked'));
    symlinkSync('nowhere', join(project.root, 'dangling'));
    const paths = ['../outside/x', join(project.outside, 'x'), 'a/../../outside/x', 'linked', 'artifacts/p/x', '.'];
    const outs = ['../o', '/o', '.', 'a/../..', 'sub/../../o'];
    const names = ['a\nb', '../x', '__proto__', '$(touch x)', '-rf', "'", '', 'x'.repeat(10_000), 'e\u0301'];
    const stages = Object.fromEntries([
      ...paths.map((path, i) => [`in-${i}`, reading(path)]),
      ['in-dangling', reading('dangling')],
      ...outs.map((path, i) => [`out-${i}`, { run: 'true', outs: { o: path } }]),
      ...names.map((name) => [name, command('true')]),
      ...names.map((name, i) => [
        `names-${i}`,
        { run: 'true', outs: { [name]: 'o' }, deps: { [name]: { path: 'x' } } },
      ]),
      ['pipeline-dep', command('true', { deps: { d: { pipeline: '../p', out: 'a.o' } } })],
      ['package-dep', command('true', { deps: { d: { package: '../..', path: '../../outside' } } })],
    ]);
    // As text, since an object would not have the key `__proto__`.
    project.write('pipelines/p.json', JSON.stringify({ stages }));
    project.write('x', 'x');
    const before = project.surroundings();
    const ended = await stemma(project, ['run']);
    expectWords(ended, 2);
    const codes = [...ended.stderr.matchAll(/^error\[([\w-]+)\]/gm)].map(([, code]) => code!);
    const count = (code: string) => codes.filter((each) => each === code).length;
    expect(count('outside-project') + count('path-in-artifacts')).toBeGreaterThanOrEqual(paths.length + outs.length);
    expect(count('file-not-found')).toBe(1);
    expect(count('bad-name')).toBeGreaterThanOrEqual(names.length);
    expect(project.surroundings()).toEqual(before);
    expect(readdirSync(project.root)).not.toContain('artifacts');
  });

  test('of any size and depth is planned, or refused', async () => {
    const project = setUp();
    const after = (i: number) => (i === 0 ? {} : { deps: { d: `s${i - 1}.o` } });
    const stages = Array.from({ length: 10_000 }, (_, i) => [
      `s${i}`,
      command('true', { ...after(i), params: { pad } }),
    ]);
    project.pipeline({ stages: Object.fromEntries(stages) });
    const planned = await stemma(project, ['plan']);
    expectWords(planned, 0);
    expect(planned.stdout + planned.stderr).toContain('s9999');
    project.write('pipelines/p.json', `{"stages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    const refused = await stemma(project, ['run']);
    expectWords(refused, 2);
    expect(refused.stderr).toContain('error[too-deep]');
  });

  test('whose names are those of methods runs as any other', async () => {
    const project = setUp();
    const metrics = `echo '{"constructor":1,"__proto__":2,"toString":3}' > $STEMMA_METRICS`;
    const param = '{"__proto__":{"polluted":true},"constructor":1,"toString":2}';
    const stage = (deps: string) =>
      `{"run":"${metrics.replaceAll('"', '\\"')}; echo x > {outs.constructor}","deps":${deps},` +
      `"outs":{"constructor":"constructor"},"params":${param},"env":{"declare":["constructor","__proto__"]}}`;
    const second = stage('{"constructor":"constructor.constructor"}');
    project.write('pipelines/p.json', `{"stages":{"constructor":${stage('{}')},"valueof":${second}}}`);
    const before = project.surroundings();
    expect((await runWell(project)).states).toEqual({ constructor: 'ran', valueof: 'ran' });
    expect((await runWell(project)).states).toEqual({ constructor: 'up to date', valueof: 'up to date' });
    const why = await stemma(project, ['why', 'constructor', '--set', 'stages.constructor.params.toString=5']);
    expectWords(why, 0);
    expect(why.stdout).toContain('params.toString');
    expect(project.surroundings()).toEqual(before);
  });
});

// Some 10 MB in 10,000 stages.
const pad = 'x'.repeat(1_000);

describe('an input folder', () => {
  test('of names that shells, manifests and file systems trip over is read, stored and restored', async () => {
    const project = setUp();
    const names = [
      'new\nline',
      '$(touch x)',
      '"q" \'q\'',
      '-rf',
      'back\\slash',
      '\u00e9',
      'e\u0301',
      'n'.repeat(255),
      ' ',
      '*',
    ];
    for (const name of names) project.write(`data/${name}`, name);
    symlinkSync(join(project.outside, 'below'), join(project.root, 'data/link'));
    project.pipeline({ stages: { a: command('cp -R {deps.d} {outs.o}', { deps: { d: { path: 'data' } } }) } });
    const before = project.surroundings();
    await runWell(project);
    const made = outsOf(project);
    // A link out of the project may be read: what it leads to is an input like the files beside it, and is copied.
    expect(Object.keys(made).sort()).toEqual([...names.map((name) => `a/o/${name}`), 'a/o/link/y'].sort());
    rmSync(join(project.root, 'artifacts/p'), { recursive: true });
    expect((await runWell(project)).states).toEqual({ a: 'restored' });
    expect(outsOf(project)).toEqual(made);
    expect(project.surroundings()).toEqual(before);
  });

  test('of what has no end, no name or no bottom is refused in words', async () => {
    const project = setUp();
    const at = (path: string) => join(project.root, path);
    for (const name of ['pipe', 'device', 'bytes', 'above', 'self', 'nowhere']) project.write(`${name}/file`, 'x');
    execFileSync('mkfifo', [at('pipe/p')]);
    symlinkSync('/dev/zero', at('device/d'));
    writeFileSync(Buffer.concat([Buffer.from(at('bytes/caf')), Buffer.of(0xe9)]), '');
    symlinkSync('..', at('above/a'));
    symlinkSync('s', at('self/s'));
    symlinkSync('gone', at('nowhere/n'));
    const folders = ['pipe', 'device', 'bytes', 'above', 'self', 'nowhere'];
    project.pipeline({ stages: Object.fromEntries(folders.map((name) => [name, reading(name)])) });
    const ended = await run(project, ['--keep-going']);
    expectWords(ended, 1);
    expect(failures(ended)).toEqual({
      pipe: expect.stringContaining('pipe/p is neither a file nor a folder'),
      device: expect.stringContaining('device/d is neither a file nor a folder'),
      bytes: expect.stringContaining('is not UTF-8'),
      above: expect.stringContaining('ELOOP'),
      self: expect.stringContaining('ELOOP'),
      nowhere: expect.stringContaining('ENOENT'),
    });
  });
});

describe('a link in artifacts/', () => {
  const stages = { a: command('echo a > {outs.o}'), b: command('echo b > {outs.o}'), c: command('echo c > {outs.o}') };

  test('that leads out of it is not followed by any write', async () => {
    const project = setUp();
    project.pipeline({ stages });
    mkdirSync(join(project.root, 'artifacts/p/b'), { recursive: true });
    symlinkSync(project.outside, join(project.root, 'artifacts/p/a'));
    symlinkSync(join(project.outside, 'o'), join(project.root, 'artifacts/p/b/o'));
    symlinkSync(join(project.outside, 'run.html'), join(project.root, 'artifacts/p/run.html'));
    const before = project.surroundings();
    const ended = await run(project, ['--keep-going']);
    expectWords(ended, 1);
    // A link in the place of an out is removed like the out that it is not.
    expect(ended.states).toEqual({ a: 'failed', b: 'ran', c: 'ran' });
    expect(failures(ended)['a']).toContain('artifacts/p/a is a link');
    expect(project.surroundings()).toEqual(before);
    rmSync(join(project.root, 'artifacts/p'), { recursive: true });
    symlinkSync(project.outside, join(project.root, 'artifacts/p'));
    const whole = await run(project, ['--keep-going']);
    expectWords(whole, 1);
    expect(new Set(Object.values(whole.states))).toEqual(new Set(['failed']));
    expect(project.surroundings()).toEqual(before);
    rmSync(join(project.root, 'artifacts/p'));
    expect((await runWell(project)).states).toEqual({ a: 'ran', b: 'restored', c: 'restored' });
  });

  test('is followed where it is artifacts/ itself: so people choose another disk', async () => {
    const project = setUp();
    project.pipeline({ stages });
    symlinkSync(temporaryFolder(), join(project.root, 'artifacts'));
    await runWell(project);
    expect(outsOf(project)).toEqual({ 'a/o': 'a\n', 'b/o': 'b\n', 'c/o': 'c\n' });
  });

  test('or a pipe, in the place of an out that was made, is replaced by the out', async () => {
    const project = setUp();
    project.pipeline({ stages: { a: stages.a } });
    await runWell(project);
    rmSync(join(project.root, 'artifacts/p/a/o'));
    execFileSync('mkfifo', [join(project.root, 'artifacts/p/a/o')]);
    expect((await runWell(project)).states).toEqual({ a: 'restored' });
    expect(outsOf(project)).toEqual({ 'a/o': 'a\n' });
  });
});

test('a stage that leaves links where its outs, its log or its metrics should be has made nothing outside', async () => {
  const project = setUp();
  const { outside } = project;
  const work = '$(dirname {outs.o})';
  project.pipeline({
    stages: {
      folder: command(`rmdir ${work} && ln -s ${outside} ${work}`),
      parent: { run: `rmdir ${work} && ln -s ${outside} ${work}`, outs: { o: 'below/y' } },
      file: command(`ln -s ${outside}/x {outs.o}`),
      tree: command(`ln -s ${outside} {outs.o}`),
      log: command(`echo x > {outs.o}; cd $(dirname $STEMMA_ORDER); rm log; ln -s ${outside}/x log`, {
        env: { pass: ['TOKEN'] },
      }),
      metrics: command('echo x > {outs.o}; mkfifo $STEMMA_METRICS'),
    },
  });
  const before = project.surroundings();
  const ended = await run(project, ['--keep-going'], { env: { TOKEN: 'untouched' } });
  expectWords(ended, 1);
  const { folder, parent, ...others } = ended.states;
  expect([folder, parent, others]).toEqual([
    'failed',
    'failed',
    { file: 'ran', tree: 'ran', log: 'ran', metrics: 'failed' },
  ]);
  expect(failures(ended)).toMatchObject({
    folder: 'put a link in the place of its folder outs',
    parent: 'put a link in the place of its folder outs/below',
    metrics: 'metrics: what is at STEMMA_METRICS is no file',
  });
  // Outs are copies of what links led to.
  expect(outsOf(project)).toMatchObject({ 'file/o': 'untouched x', 'tree/o/below/y': 'untouched below/y' });
  expect(filesBelow(join(project.root, 'artifacts/p')).every((path) => isPlain(project, path))).toBe(true);
  expect(project.surroundings()).toEqual(before);
});

const isPlain = ({ root }: TestProject, path: string): boolean => {
  const stat = lstatSync(join(root, 'artifacts/p', path));
  return stat.isFile() && stat.nlink === 1;
};

test('a hard link to a file outside becomes a copy, which may be changed', async () => {
  const project = setUp();
  const twin = join(project.outside, 'twin');
  linkSync(join(project.outside, 'x'), twin);
  project.pipeline({
    stages: { a: command(`ln ${twin} {outs.o}`), b: command('cp {deps.d} {outs.o}', { deps: { d: 'a.o' } }) },
  });
  const before = project.surroundings();
  await runWell(project);
  project.write('artifacts/p/a/o', 'mine');
  expect(project.surroundings()).toEqual(before);
});

describe('a store', () => {
  const line = (path: string, digest: string) => `${digest.slice('sha256:'.length)}  ${path}\n`;

  test('whose manifests lead out, or are none, is told and made good', async () => {
    const project = setUp();
    const manifests: Readonly<Record<string, (digest: string) => string>> = {
      up: (digest) => line('../../../../outside/x', digest),
      absolute: (digest) => line(join(project.outside, 'x'), digest),
      twice: (digest) => line('a', digest) + line('a', digest),
      prefix: (digest) => line('a', digest) + line('a.b', digest) + line('a/b', digest),
      dots: (digest) => line('./a', digest),
      zero: (digest) => line('a\0b', digest),
      escape: (digest) => `\\${line('..\\/x', digest)}`,
      none: () => '{"not": "a manifest"}',
    };
    const stages = Object.keys(manifests).map((name) => [name, command(`mkdir {outs.o}; echo ${name} > {outs.o}/f`)]);
    project.pipeline({ stages: Object.fromEntries(stages) });
    await runWell(project);
    const made = outsOf(project);
    const digest = putContent(project, 'evil');
    for (const [name, manifest] of Object.entries(manifests)) forgeManifest(project, name, manifest(digest));
    rmSync(join(project.root, 'artifacts/p'), { recursive: true });
    const before = project.surroundings();
    const ended = await runWell(project);
    expectWords(ended, 0);
    expect(new Set(Object.values(ended.states))).toEqual(new Set(['ran']));
    expect(ended.notices.filter((notice) => notice.includes('holds no manifest'))).toHaveLength(stages.length);
    expect(outsOf(project)).toEqual(made);
    expect(project.surroundings()).toEqual(before);
  });

  test('whose states, entries, records and journals are forged is read by nobody as if they were right', async () => {
    const project = setUp();
    const names = ['paths', 'shape', 'entry', 'record', 'log', 'outs'];
    project.pipeline({
      stages: Object.fromEntries(names.map((name) => [name, command(`echo ${name} | tee {outs.o}`)])),
    });
    project.pipeline(
      { stages: { a: command('cat {deps.d} > {outs.o}', { deps: { d: { pipeline: 'p', out: 'paths.o' } } }) } },
      'q',
    );
    const { events } = await runWell(project, ['p']);
    const made = outsOf(project);
    const started = events.find((event) => event.type === 'run-started')!;
    const run = JSON.parse(project.read(`artifacts/.store/records-v1/runs/${started.run}.json`)) as object;
    const stray = '../../../outside/x';
    const { fingerprint } = readState(project, 'entry');
    doctor(project, 'state-v1/p/paths.json', {
      outs: { o: { path: stray, digest: `sha256:${sha256('untouched x')}` } },
    });
    doctor(project, 'state-v1/p/shape.json', { outs: null, metrics: { a: 'x' }, stageRun: `sha256:${stray}` });
    doctor(project, 'state-v1/p/entry.json', { fingerprint: stray });
    doctor(project, `fingerprints-v1/${fingerprint.slice(7, 9)}/${fingerprint.slice(9)}.json`, {
      stageRun: stray,
      outs: 3,
    });
    forge(project, 'record', () => ({ outs: null, metrics: null }));
    forge(project, 'log', () => ({ log: `sha256:${stray}` }));
    forge(project, 'outs', () => ({ outs: [] }));
    project.write('artifacts/.store/state-v1/p/record.json', 'null');
    project.write('artifacts/.store/state-v1/p/log.json', '[]');
    project.write('artifacts/.store/state-v1/p/outs.json', '\0');
    const dead = { pid: 2 ** 31 - 1, started: '1' };
    const journal = (draft: object) =>
      `${JSON.stringify({ format: 'stemma-journal-v1', process: dead, draft, stages: ['x'] })}\n`;
    project.write(
      'artifacts/.store/running-v1/2026-01-01T00-00-00-0000.jsonl',
      journal({ ...run, run: '../../../../../outside/new' }),
    );
    project.write('artifacts/.store/running-v1/2026-01-01T00-00-00-0001.jsonl', 'null\n3\n');
    project.write('artifacts/.store/running-v1/zzz.jsonl', journal({ ...run, run: 'zzz' }));
    project.write(
      'artifacts/.store/records-v1/runs/2999-01-01T00-00-00-0000.json',
      JSON.stringify({ format: 'stemma-run-v1', stages: 1 }),
    );
    project.write(
      `artifacts/.store/work-v1/${'a'.repeat(64)}/process.json`,
      JSON.stringify({ pid: process.pid, started: null }),
    );
    project.write('artifacts/.store/locks-v1/pipelines/p', '{"pid":-1,"started":null}');
    const before = project.surroundings();
    for (const args of [
      ['status', 'p'],
      ['plan', 'p'],
      ['why', 'shape', 'p'],
      ['logs', 'log', 'p'],
    ])
      expectWords(await stemma(project, args), 0);
    const other = await stemma(project, ['run', 'q']);
    expectWords(other, 2);
    expect(other.stderr).toContain('p: paths.o has not been made yet');
    // Told once, and removed: a journal that cannot be read tells of nothing.
    expect(other.stderr.match(/is damaged: its run is not recorded/g)).toHaveLength(3);
    const ended = await runWell(project, ['p']);
    expectWords(ended, 0);
    expect(outsOf(project)).toEqual(made);
    expect(ended.notices.join()).not.toContain('its run is not recorded');
    expect(ended.notices).toContain('artifacts/.store/state-v1/p/paths.json is damaged and counts as absent');
    expect(project.surroundings()).toEqual(before);
  });
});
