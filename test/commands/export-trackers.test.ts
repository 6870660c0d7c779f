import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordsIn } from '../lineage/trackers/wandb/reader.ts';
import { createAbsentEndpoint, createEndpoint } from '../rig/endpoint.ts';
import { createHold } from '../rig/hold.ts';
import { runWell, stemma } from '../rig/kept.ts';
import { createMlflow } from '../rig/mlflow-server.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { endOf, type Run, recordOf, startStemma } from '../rig/stemma.ts';
import { contentFile, filesBelow, sha256, snapshot } from '../rig/store.ts';

// `stemma export --format wandb` and `--format mlflow`, and `stemma run --mlflow`, as people meet them.

let project: TestProject;
const secret = 'hunter2-hunter2';

beforeEach(() => {
  project = createProject();
  project.stageType('fit', {
    declaration: { outs: { history: { type: 'history', path: 'history.json', description: 'Epochs.' } } },
    code: `
import { writeFileSync } from 'node:fs';
export const run = (context) => {
  context.metrics({ '../../up': 3, accuracy: { value: 0.9, low: 0.8, high: 1 } });
  const epochs = [1, 2].map((epoch) => ({ epoch, rate: 0.1, loss: 1 / epoch }));
  const best = { epoch: 2, monitor: 'loss', mode: 'min', value: 0.5 };
  writeFileSync(context.outs.history, JSON.stringify({ format: 'stemma-history-v1', epochs, best, kept: 2, stopped: 'finished' }));
};`,
  });
  project.pipeline({
    stages: {
      train: { uses: 'fit', params: { '../../etc': 'x/../y', optimizer: { rate: 0.1 } } },
      other: { run: 'test -n "$TOKEN"; cp {deps.in} {outs.o}', deps: { in: 'train.history' }, outs: { o: 'o' }, env: { pass: ['TOKEN'] } }, // biome-ignore format: one line
    },
  });
});

const env = { TOKEN: secret };
const wandb = ['export', 'last', '--format', 'wandb'];
const mlflow = ['export', 'last', '--format', 'mlflow'];
const digestOf = ({ events }: Run): string => {
  const { record } = events.at(-1) as { readonly record: string };
  return record.slice('sha256:'.length);
};

it('wandb: an offline run, twice with the same bytes, with the curves and without a secret', async () => {
  const id = digestOf(await runWell(project, [], { env })).slice(0, 16);
  const written = await stemma(project, wandb);
  expect(written).toMatchObject({ exitCode: 0, stdout: '' });
  expect(written.stderr).toMatch(/^wrote wandb\/offline-run-\d{8}_\d{6}-[0-9a-f]{16}\nhint: /);
  const [path, ...more] = filesBelow(join(project.root, 'wandb'));
  expect([path!.replace(/\d{8}_\d{6}/, ''), more]).toEqual([`offline-run--${id}/run-${id}.wandb`, []]);
  const bytes = readFileSync(join(project.root, 'wandb', path!));
  const texts = recordsIn(bytes).map(String);
  expect(texts.filter((text) => text.includes('train.epochs/loss') && text.includes('_step'))).toHaveLength(2);
  expect([bytes.includes(secret), bytes.includes(project.root)]).toEqual([false, false]);
  expect((await stemma(project, wandb)).exitCode).toBe(0);
  expect((await stemma(project, [...wandb, '--out', 'else/where'])).exitCode).toBe(0);
  const again = readFileSync(join(project.root, 'else/where', path!));
  expect([again.equals(bytes), readFileSync(join(project.root, 'wandb', path!)).equals(bytes)]).toEqual([true, true]);
});

it('curves that the store no longer has are named, and the rest is told', async () => {
  await runWell(project, [], { env });
  const digest = `sha256:${sha256(project.read('artifacts/p/train/history.json'))}`;
  rmSync(contentFile(join(project.root, 'artifacts/.store'), digest));
  const written = await stemma(project, wandb);
  expect(written.exitCode).toBe(0);
  expect(written.stderr).toMatch(
    /^note: without the curves of train.history, which the store no longer has whole\nwrote /,
  );
  const [path] = filesBelow(join(project.root, 'wandb'));
  const texts = recordsIn(readFileSync(join(project.root, 'wandb', path!))).map(String);
  expect(texts.filter((text) => text.includes('train.epochs'))).toEqual([]);
  expect(texts.filter((text) => text.includes('train/accuracy.high'))).toHaveLength(1);
});

describe('mlflow: a folder', () => {
  it('holds the run, twice with the same bytes, beside others and inside the folder', async () => {
    await runWell(project, [], { env });
    project.write('mlruns/0/meta.yaml', 'name: mine');
    const before = Object.keys(snapshot(project.root)).filter((path) => !path.startsWith('mlruns/'));
    const written = await stemma(project, mlflow);
    expect(written).toMatchObject({ exitCode: 0, stdout: '' });
    const first = snapshot(join(project.root, 'mlruns'));
    expect((await stemma(project, mlflow)).exitCode).toBe(0);
    expect(snapshot(join(project.root, 'mlruns'))).toEqual(first);
    expect(Object.keys(snapshot(project.root)).filter((path) => !path.startsWith('mlruns/'))).toEqual(before);
    const run = written.stderr.split('\n')[0]!.replace('wrote mlruns/', '');
    const ofRun = Object.entries(first).flatMap(([path, text]) => (path.startsWith(run) ? [[path.slice(run.length + 1), text]] : [])); // biome-ignore format: one line
    const files = Object.fromEntries(ofRun) as Readonly<Record<string, string>>;
    expect(files['params/train.optimizer.rate']).toBe('0.1');
    expect(files['metrics/train.epochs/loss']).toMatch(/^\d{13} 1 1\n\d{13} 0.5 2\n$/);
    expect(Object.keys(files).filter((path) => path.includes('..'))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^metrics\/train\/\.\._\.\._up-[0-9a-f]{8}$/)]),
    );
    expect(JSON.stringify(first)).not.toContain(secret);
    expect(first['0/meta.yaml']).toBe('name: mine');
    // A second run stands beside the first, in the same experiment.
    await runWell(project, [], { env });
    await stemma(project, mlflow);
    expect(filesBelow(join(project.root, 'mlruns')).filter((path) => path.endsWith('meta.yaml'))).toHaveLength(4);
  });

  it('is not written through a link, nor over what is not this run', async () => {
    await runWell(project, [], { env });
    const { stderr } = await stemma(project, mlflow);
    const [experiment, run] = stderr.replace('wrote mlruns/', '').split('/') as [string, string];
    mkdirSync(join(project.root, 'elsewhere'));
    mkdirSync(join(project.root, 'linked'));
    symlinkSync(join(project.root, 'elsewhere'), join(project.root, 'linked', experiment));
    expect(await stemma(project, [...mlflow, '--out', 'linked'])).toMatchObject({
      exitCode: 2,
      stderr: `error: linked/${experiment} is no folder\nhint: name another folder with --out`,
    });
    project.write(`taken/${experiment}/${run}/mine.txt`, 'mine');
    expect(await stemma(project, [...mlflow, '--out', 'taken'])).toMatchObject({ exitCode: 2 });
    expect(project.read(`taken/${experiment}/${run}/mine.txt`)).toBe('mine');
    project.write('file', '');
    expect(await stemma(project, [...wandb, '--out', 'file'])).toMatchObject({
      exitCode: 2,
      stderr: 'error: file is no folder\nhint: name another one with --out',
    });
    expect(filesBelow(join(project.root, 'elsewhere'))).toEqual([]);
  });
});

describe('mlflow: a server', () => {
  it('gets the run once, with who sends it', async () => {
    await runWell(project, [], { env });
    const server = await createMlflow();
    const who = { MLFLOW_TRACKING_TOKEN: 'a-secret-key' };
    const sent = await stemma(project, [...mlflow, '--to', server.url], { env: who });
    expect(sent).toMatchObject({ exitCode: 0, stdout: '', stderr: expect.stringMatching(/^made: run a+0 of experiment 1 at http:\S+$/) }); // biome-ignore format: one line
    expect((await stemma(project, [...mlflow, '--to', server.url])).stderr).toMatch(/^was there: /);
    expect([server.problems, server.runs.size]).toEqual([[], 1]);
    expect(server.asked[0]!.headers.authorization).toBe('Bearer a-secret-key');
    const user = { MLFLOW_TRACKING_USERNAME: 'me', MLFLOW_TRACKING_PASSWORD: 'secret' };
    await stemma(project, [...mlflow, '--to', server.url], { env: user });
    expect(server.asked.at(-1)!.headers.authorization).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
  });

  it('that does not take it is told, with exit code 1; what is no address, with 2', async () => {
    await runWell(project, [], { env });
    const refused = await stemma(project, [...mlflow, '--to', (await createEndpoint(500)).url]);
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/did not reach http:\S+: the answer was 500$/) }); // biome-ignore format: one line
    const mistakes = ['sqlite:///x.db', 'http://me:hunter2@host/'].map((to) =>
      stemma(project, [...mlflow, '--to', to]),
    );
    expect(await Promise.all(mistakes)).toMatchObject([
      { exitCode: 2, stderr: expect.stringContaining('--to is no http or https address') },
      { exitCode: 2, stderr: expect.not.stringContaining('hunter2') },
    ]);
    const both = await stemma(project, [...mlflow, '--to', 'http://127.0.0.1:1', '--out', 'x']);
    expect(both.exitCode).toBe(2);
    expect(await stemma(project, [...wandb, '--to', 'http://127.0.0.1:1'])).toMatchObject({
      exitCode: 2,
      stderr: 'error: --to is for --format mlflow, not for wandb\nhint: name a file or folder with --out',
    });
    const unused = await stemma(project, [...wandb, '--namespace', 'x', '--with-files']);
    expect(unused.exitCode).toBe(2);
    expect(unused.stderr).toContain('--namespace is for --format openlineage, not for wandb');
    expect(unused.stderr).toContain('--with-files is for --format ro-crate, not for wandb');
  });
});

describe('stemma run --mlflow', () => {
  it('tells a server of the run when it has ended, of one in which nothing was to do too', async () => {
    const server = await createMlflow();
    await runWell(project, ['--mlflow', server.url], { env });
    await runWell(project, [], { env: { ...env, STEMMA_MLFLOW_URL: server.url } });
    expect([server.problems, server.runs.size]).toEqual([[], 2]);
    expect([...server.runs.values()].map(({ tags }) => tags.get('stemma.stage.train')!.split(' ')[0])).toEqual([
      'ran',
      'up',
    ]);
  });

  it.each([
    ['is absent', createAbsentEndpoint, 'the connection was refused'],
    ['answers 500', async () => (await createEndpoint(500)).url, 'the answer was 500'],
    ['breaks off in the middle', async () => (await createMlflow({ refuse: (_, count) => (count > 3 ? 502 : undefined) })).url, 'the answer was 502'], // biome-ignore format: one line
    ['hangs', async () => (await createEndpoint('hang')).url, 'no answer in time'],
  ])('a server that %s harms nothing', async (_, open, why) => {
    const url = await open();
    const ended = await runWell(project, ['--mlflow', url], { env });
    expect(ended.stderr).toMatch(new RegExp(`^note: the run did not reach ${url}: ${why}\nhint: \`stemma export \\S+ --format mlflow --to `)); // biome-ignore format: one line
    expect(ended.states).toEqual({ train: 'ran', other: 'ran' });
    expect(ended.events.at(-1)).toMatchObject({
      type: 'run-ended',
      outcome: 'succeeded',
      record: `sha256:${digestOf(ended)}`,
    });
    const { notices, command, run } = recordOf(project, ended);
    expect([notices, command]).toEqual([undefined, ['stemma', 'run', 'p']]);
    expect(sha256(readFileSync(join(project.root, 'artifacts/.store/records-v1/runs', `${run}.json`)))).toBe(
      digestOf(ended),
    );
  });

  it('an interrupted run is told as killed, and ends as any', async () => {
    const server = await createMlflow();
    const hold = await createHold();
    project.pipeline({ stages: { held: { run: hold.command('held'), outs: { o: 'o' } } } });
    const running = startStemma(project, ['run', '--json', '--mlflow', server.url]);
    await hold.started('held');
    running.kill('SIGINT');
    expect((await endOf(running)).exitCode).toBe(130);
    expect([...server.runs.values()].map(({ status }) => status)).toEqual(['KILLED']);
  });

  it('an address that is none is a mistake, and nothing runs', async () => {
    const ended = await stemma(project, ['run'], { env: { ...env, STEMMA_MLFLOW_URL: 'mlruns' } });
    expect(ended).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('STEMMA_MLFLOW_URL is no http or https'),
    });
    expect(filesBelow(join(project.root, 'artifacts/p'))).toEqual([]);
  });
});
