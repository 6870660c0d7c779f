import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { digestOf, hexOf } from '../../src/fingerprint/canonical.ts';
import { createAbsentEndpoint } from '../rig/endpoint.ts';
import { type Answer, file, serve, status } from '../rig/file-server.ts';
import { run, runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { endOf, type Started, stageRunOf, startStemma } from '../rig/stemma.ts';

const table = 'id,word\n1,one\n2,two\n';
const bytes = Buffer.from(table);
const digest = digestOf(bytes);

/** A stage that copies the file of a url. */
const copying = (dep: object) => ({
  stages: { copy: { run: 'cp {deps.in} {outs.o}; echo {deps.in}', deps: { in: dep }, outs: { o: 'o' } } },
});

const sourceOf = (name: string, of = digest) => `artifacts/.store/sources-v1/${hexOf(of)}/${name}`;

test('the file of a url is downloaded once, under its name, and never for a plan', async () => {
  const server = await serve(file(bytes));
  const project = createProject();
  project.pipeline(copying({ url: `${server.url}/some/table%20a.csv?page=2#top`, digest }));
  for (const command of ['plan', 'status']) expect((await stemma(project, [command])).exitCode).toBe(0);
  expect((await stemma(project, ['why', 'copy'])).exitCode).toBe(0);
  expect(server.asked).toEqual([]);
  const first = await runWell(project);
  expect(first.states).toEqual({ copy: 'ran' });
  expect(project.read('artifacts/p/copy/o')).toBe(table);
  expect(server.asked.map(({ path }) => path)).toEqual(['/some/table%20a.csv?page=2']);
  expect((await runWell(project)).states).toEqual({ copy: 'up to date' });
  expect((await runWell(project, ['--force'])).states).toEqual({ copy: 'ran' });
  expect(server.asked).toHaveLength(1);
  const [input] = stageRunOf(project, first, 'copy').inputs;
  const from = `url ${server.url}/some/table%20a.csv?page=2`;
  expect(input).toEqual({ name: 'in', digest, kind: 'file', bytes: bytes.length, path: sourceOf('table a.csv'), from });
  expect(first.events).toContainEqual({
    type: 'stage-progress',
    stage: 'copy',
    progress: { done: bytes.length, total: bytes.length, unit: 'bytes', note: 'downloading table a.csv' },
  });
});

test('"as" names it; a mirror with the same bytes and name runs nothing', async () => {
  const server = await serve(file(bytes));
  const project = createProject();
  project.pipeline(copying({ url: `${server.url}/download?id=1`, as: 'x.csv', digest }));
  await runWell(project);
  expect(existsSync(join(project.root, sourceOf('x.csv')))).toBe(true);
  project.pipeline(copying({ url: `${server.url}/mirror/x.csv`, digest }));
  expect((await runWell(project)).states).toEqual({ copy: 'up to date' });
  project.pipeline(copying({ url: `${server.url}/mirror/x.csv`, as: 'y.csv', digest }));
  expect((await runWell(project)).states).toEqual({ copy: 'ran' });
  // Its bytes were in the store already.
  expect(server.asked).toHaveLength(1);
});

test('without a network, what was downloaded once is enough', async () => {
  const server = await serve(file(bytes));
  const project = createProject();
  project.pipeline(copying({ url: `${server.url}/x.csv`, digest }));
  await runWell(project);
  const absent = await createAbsentEndpoint();
  project.pipeline(copying({ url: `${absent}/x.csv`, digest }));
  // Neither the out, nor the place where stages read it: the store's content is left.
  rmSync(join(project.root, 'artifacts/p'), { recursive: true });
  rmSync(join(project.root, 'artifacts/.store/sources-v1'), { recursive: true });
  expect((await runWell(project, ['--force'])).states).toEqual({ copy: 'ran' });
  expect(project.read('artifacts/p/copy/o')).toBe(table);
});

test('what was changed where stages read it is put right before one does', async () => {
  const server = await serve(file(bytes));
  const project = createProject();
  project.pipeline(copying({ url: `${server.url}/x.csv`, digest }));
  await runWell(project);
  project.write(sourceOf('x.csv'), 'edited');
  expect((await runWell(project)).states).toEqual({ copy: 'up to date' });
  await runWell(project, ['--force']);
  expect(project.read('artifacts/p/copy/o')).toBe(table);
  // Also where the store's content is damaged: then the server is asked again.
  const content = join(project.root, 'artifacts/.store/content-v1', hexOf(digest).slice(0, 2), hexOf(digest).slice(2));
  rmSync(content);
  writeFileSync(content, 'damaged');
  project.write(sourceOf('x.csv'), 'edited again');
  await runWell(project, ['--force']);
  expect(project.read('artifacts/p/copy/o')).toBe(table);
  expect(server.asked).toHaveLength(2);
});

test('a stage that writes into what it reads is not cached, and harms no one after it', async () => {
  const server = await serve(file(bytes));
  const project = createProject();
  project.pipeline({
    stages: {
      s: {
        run: 'echo more >> {deps.in}; cp {deps.in} {outs.o}',
        deps: { in: { url: `${server.url}/x.csv`, digest } },
        outs: { o: 'o' },
      },
    },
  });
  const { notices } = await runWell(project);
  expect(notices).toEqual(['stage "s" is not cached: dep in changed while it ran']);
  project.pipeline(copying({ url: `${server.url}/x.csv`, digest }));
  await runWell(project);
  expect(project.read('artifacts/p/copy/o')).toBe(table);
});

test('a wrong digest fails the stage, names both, and leaves nothing', async () => {
  const server = await serve(file(Buffer.from('something else')));
  const project = createProject();
  project.pipeline(copying({ url: `${server.url}/x.csv`, digest }));
  const { exitCode, ended } = await run(project);
  expect(exitCode).toBe(1);
  const { message } = ended['copy']!.failure!;
  for (const part of [digest, digestOf('something else'), 'put its digest into the pipeline'])
    expect(message).toContain(part);
  const store = join(project.root, 'artifacts/.store');
  expect(readdirSync(join(store, 'downloads-v1'))).toEqual([]);
  expect(existsSync(join(store, 'sources-v1'))).toBe(false);
});

test('what is tried again is told as it happens', async () => {
  const server = await serve(status(503, { 'retry-after': '0' }), file(bytes));
  const project = createProject();
  const url = `${server.url}/x.csv`;
  project.pipeline(copying({ url, digest }));
  const { events } = await runWell(project);
  expect(events).toContainEqual({
    type: 'notice',
    stage: 'copy',
    message: `${url}: the server answers 503 Service Unavailable; trying again in 0 s`,
  });
});

/** Resolves when a run says that a megabyte has come. */
const hasMegabyte = (child: Started): Promise<void> =>
  new Promise((resolve) => {
    let told = '';
    child.stdout.on('data', (data) => {
      told += String(data);
      if (/"done":1\d{6},/.test(told)) resolve();
    });
  });

test('a run that was killed in a download goes on with it', async () => {
  const large = Buffer.alloc(3_000_000, 'not compressed at all; ');
  const etag = '"v1"';
  const server = await serve(file(large, { etag, hangAfter: 2_000_000 }), file(large, { etag }));
  const project = createProject();
  project.pipeline(copying({ url: `${server.url}/x.txt`, digest: digestOf(large) }));
  const child = startStemma(project, ['run', '--json']);
  await hasMegabyte(child);
  child.kill('SIGKILL');
  expect((await endOf(child)).signal).toBe('SIGKILL');
  expect((await runWell(project)).states).toEqual({ copy: 'ran' });
  expect(project.read('artifacts/p/copy/o')).toBe(large.toString());
  const from = Number(/^bytes=(\d+)-$/.exec(server.asked[1]!.headers.range!)![1]);
  expect(from).toBeGreaterThanOrEqual(1_000_000);
  expect(readdirSync(join(project.root, 'artifacts/.store/downloads-v1'))).toEqual([]);
});

test('an interrupted download ends the run, and what has come stays', async () => {
  const large = Buffer.alloc(3_000_000, 'not compressed at all; ');
  const server = await serve(file(large, { etag: '"v1"', hangAfter: 2_000_000 }));
  const project = createProject();
  project.pipeline(copying({ url: `${server.url}/x.txt`, digest: digestOf(large) }));
  const child = startStemma(project, ['run', '--json']);
  await hasMegabyte(child);
  child.kill('SIGINT');
  expect((await endOf(child)).exitCode).toBe(130);
  const downloads = join(project.root, 'artifacts/.store/downloads-v1');
  const sizes = readdirSync(downloads).map((name) => statSync(join(downloads, name)).size);
  expect(Math.max(...sizes)).toBeGreaterThanOrEqual(1_000_000);
});

test('stages with one url, of two runs at the same time too, download it once', async () => {
  const server = await serve(file(bytes));
  const project = createProject();
  const dep = { url: `${server.url}/x.csv`, digest };
  const stage = (line: string) => ({ run: `${line} {deps.in} > {outs.o}`, deps: { in: dep }, outs: { o: 'o' } });
  project.pipeline({ stages: { a: stage('cat'), b: stage('wc') } });
  project.pipeline({ stages: { c: stage('sort'), d: stage('head -n 1') } }, 'q');
  await Promise.all([runWell(project, ['p']), runWell(project, ['q'])]);
  expect(server.asked).toHaveLength(1);
});

const secret = 'hunter2hunter2';

test('secrets come from the environment, reach the server, and nothing else', async () => {
  const seen: string[] = [];
  const guarded: Answer = (request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`);
    file(bytes)(request, response);
  };
  const server = await serve(status(403), guarded);
  const project = createProject();
  const host = server.url.replace('http://', '');
  const url = `http://{env.WHO}:{env.WORD}@${host}/x.csv?token={env.WORD}`;
  project.pipeline(copying({ url, digest }));
  const unset = await run(project, [], { env: { WHO: 'me' } });
  expect(unset.ended['copy']!.failure!.message).toBe(`${url}: the environment variable WORD is not set`);
  const env = { WHO: 'me', WORD: secret };
  const refused = await run(project, [], { env });
  expect(refused.ended['copy']!.failure!.message).toContain('the server answers 403 Forbidden');
  const ended = await runWell(project, [], { env });
  expect(seen).toEqual([`/x.csv?token=${secret} Basic ${Buffer.from(`me:${secret}`).toString('base64')}`]);
  const exported = await stemma(project, ['export', 'last', '--format', 'openlineage'], { env });
  expect(exported.exitCode).toBe(0);
  for (const text of [unset, refused, ended].flatMap(({ stdout, stderr }) => [stdout, stderr]))
    expect(text).not.toContain(secret);
  expect(exported.stdout).not.toContain(secret);
  expect(filesWith(project, secret)).toEqual([]);
});

test('a token is sent as a bearer', async () => {
  const server = await serve(file(bytes));
  const project = createProject();
  project.pipeline(copying({ url: `${server.url}/x.csv`, token: 'HUB_TOKEN', digest }));
  await runWell(project, [], { env: { HUB_TOKEN: secret } });
  expect(server.asked[0]!.headers.authorization).toBe(`Bearer ${secret}`);
  expect(filesWith(project, secret)).toEqual([]);
});

/** Files of a project in which a text stands. */
const filesWith = ({ root, read }: TestProject, text: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => read(path).includes(text));

test('the past knows it by its url: trace, show, audit, replay, gc', async () => {
  const server = await serve(file(bytes));
  const project = createProject();
  const url = `${server.url}/x.csv`;
  project.pipeline(copying({ url, digest }));
  await runWell(project);
  const told = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await stemma(project, args);
    expect([args.join(' '), exitCode, exitCode === 0 ? '' : stdout + stderr]).toEqual([args.join(' '), 0, '']);
    return stdout;
  };
  expect(await told('trace', 'artifacts/p/copy/o')).toContain(`url ${url}`);
  expect(await told('trace', digest, '--down')).toContain('copy');
  expect(await told('show', 'last', 'copy')).toContain(`url ${url}`);
  expect(await told('audit')).not.toContain('sources-v1');
  expect(await told('replay', 'copy')).toContain('bit-exact');
  const [dataset] = (await told('export', 'last', '--format', 'openlineage'))
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => (JSON.parse(line) as { inputs?: { namespace: string; name: string }[] }).inputs ?? [])
    .filter(({ name }) => name.includes('x.csv'));
  expect(dataset).toMatchObject({ namespace: server.url, name: '/x.csv' });
  await told('export', 'last', '--format', 'ro-crate', '--out', 'crate');
  const crate = JSON.parse(project.read('crate/ro-crate-metadata.json')) as {
    '@graph': { url?: string; sha256?: string }[];
  };
  expect(crate['@graph'].find((entity) => entity.url === url)).toMatchObject({ sha256: hexOf(digest) });
  rmSync(join(project.root, 'crate'), { recursive: true });
  // The copy goes, the content that a kept run has read stays.
  expect(await told('gc')).toContain('downloads');
  expect(existsSync(join(project.root, sourceOf('x.csv')))).toBe(false);
  await told('audit');
  expect((await runWell(project, ['--force'])).states).toEqual({ copy: 'ran' });
  expect(server.asked).toHaveLength(1);
});

test('`stemma fetch` prints the dep to write, and the run that has it asks nobody', async () => {
  const server = await serve(file(bytes));
  const project = createProject();
  project.pipeline(copying({ url: `${server.url}/x.csv` }));
  const refused = await stemma(project, ['run']);
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('error[unpinned-url]')]);
  const command = /`stemma fetch '(.*)'`/.exec(refused.stderr)![1]!;
  const fetched = await stemma(project, ['fetch', command]);
  expect(JSON.parse(fetched.stdout)).toEqual({ url: `${server.url}/x.csv`, digest });
  project.pipeline(copying(JSON.parse(fetched.stdout) as object));
  expect((await runWell(project)).states).toEqual({ copy: 'ran' });
  expect(server.asked).toHaveLength(1);
  const wrong = await stemma(project, ['fetch', 'https://me:word@example.org/x.csv']);
  expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('{env.NAME}')]);
});

test('a packed table of a server is ingested by its name', async () => {
  const packed = gzipSync(bytes);
  const server = await serve(file(packed, { headers: { 'content-encoding': 'gzip', 'content-type': 'text/csv' } }));
  const project = createProject();
  const source = { url: `${server.url}/table.csv.gz`, digest: digestOf(packed) };
  project.pipeline({ stages: { ingest: { uses: 'ingest', deps: { source }, params: { target: 'word' } } } });
  expect((await runWell(project)).ended['ingest']!.summary).toBe('2 examples, 2 columns');
});
