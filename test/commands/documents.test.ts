import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runWell } from '../rig/kept.ts';
import { makeFolder, openProject, removeFolder, type TestProject } from '../rig/project.ts';
import { judgedBy, type Server, startServer } from '../rig/serving.ts';
import { environmentOf, program, stemma } from '../rig/stemma.ts';

// E-mails from files to answers: a folder of them, with the name of the pipeline, one on standard input and one by HTTP, with what was judged.

let project: TestProject;
let server: Server | undefined;

const mail = (subject: string, body: string): string =>
  `From: Ann <ann@example.org>\nDate: Thu, 22 Aug 2002 12:36:23 +0100\nSubject: ${subject}\n\n${body}\n`;

beforeAll(() => {
  project = openProject(makeFolder());
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(project.root, 'node_modules'));
  for (let each = 0; each < 20; each += 1) {
    project.write(`mails/ham/${10 + each}.eml`, mail(`Lunch ${each}`, 'See you at the usual place.'));
    project.write(`mails/spam/${10 + each}.eml`, mail(`WIN ${each}`, 'Money now, and nothing to pay.'));
  }
  const columns = { subject: 'bag', body: 'bag', from: 'drop', date: 'drop' };
  project.pipeline(
    {
      ...{ name: 'mails', seed: 5 },
      stages: {
        ingest: { uses: 'ingest', deps: { source: { path: 'mails' } }, params: { format: 'emails', target: 'kind' } },
        normalize: { uses: 'normalize', deps: { train: 'ingest.examples' }, params: { columns } },
        train: { uses: 'train', deps: { train: 'normalize.train', fitted: 'normalize.fitted' }, params: { model: { preset: 'mlp', units: [8] }, optimizer: { name: 'adam', rate: 0.05 }, epochs: 5, batch_size: 8, preflight: false } },
        evaluate: { uses: 'evaluate', deps: { model: 'train.model', test: 'normalize.train' }, diagnosis: true },
      },
    },
    'mails',
  ); // biome-ignore format: a line a stage
});
afterAll(async () => {
  await server?.stop();
  removeFolder(project.root);
});

const predict = (...args: string[]) => stemma(project, ['predict', 'mails', ...args, '--backend', 'wasm']);

it('are asked about as files, on standard input and by HTTP', { timeout: 200_000 }, async () => {
  await runWell(project, ['mails', '--backend', 'wasm']);
  const answers = (await judgedBy(project, 'mails')).map(({ id: _, ...answer }) => answer);
  const { exitCode, stdout, stderr } = await predict('mails');
  expect([exitCode, stderr]).toEqual([0, '40 rows predicted']);
  const told = stdout.split('\n').map((line) => JSON.parse(line) as { file: string });
  expect(told).toMatchObject(answers);
  expect(told[0]!.file).toBe('ham/10.eml');
  expect((await predict('mails/ham', '--to', 'csv')).stdout.split('\n').slice(0, 2)).toEqual([
    'file,row,predicted,probability_ham,probability_spam',
    expect.stringMatching(/^10\.eml,1,ham,/),
  ]);

  const sent = mail('WIN 0', 'Money now, and nothing to pay.');
  const one = await execa(
    process.execPath,
    [program, 'predict', 'mails', '-', '--format', 'emails', '--backend', 'wasm'],
    { cwd: project.root, input: sent, extendEnv: false, env: environmentOf(project) },
  );
  expect(JSON.parse(one.stdout)).toMatchObject(answers[20]!);

  server = await startServer(project, ['mails', '--backend', 'wasm']);
  const post = async (type: string, body: string) => {
    const answer = await fetch(`${server!.url}/predict`, { method: 'POST', headers: { 'content-type': type }, body });
    return [answer.status, await answer.json()] as const;
  };
  expect(await post('message/rfc822', sent)).toEqual([200, { answers: [answers[20]] }]);
  expect(await post('text/plain', sent)).toEqual([415, { error: { code: 'unsupported-media-type', message: 'a body of the type "text/plain" is not read', hint: 'send application/json, or an e-mail as message/rfc822' } }]); // biome-ignore format: one line
});
