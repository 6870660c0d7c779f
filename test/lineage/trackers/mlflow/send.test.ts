import { expect, it } from 'vitest';
import { mlflowRun } from '../../../../src/lineage/trackers/mlflow/entities.ts';
import { sayWhy } from '../../../../src/lineage/trackers/mlflow/say-why.ts';
import { sendRun } from '../../../../src/lineage/trackers/mlflow/send.ts';
import { createAbsentEndpoint, createEndpoint } from '../../../rig/endpoint.ts';
import { createMlflow, type MlflowStandIn } from '../../../rig/mlflow-server.ts';
import { hostileTold, mnistTold } from '../told.ts';

// A real server on loopback, which holds each request against what MLflow has published of it.

const send = (url: string, told = mnistTold, authorization?: string) =>
  sendRun(mlflowRun(told), {
    server: { url: new URL(url), ...(authorization !== undefined && { authorization }) },
    record: told.digest,
    signal: AbortSignal.timeout(30_000),
  });

const asked = ({ asked: all }: MlflowStandIn) => all.map(({ what }) => what.split(' ')[1]);

it.each([
  ['of MNIST', mnistTold],
  ['with hostile names and values', hostileTold],
])('a run %s arrives whole, each request as published', async (_, told) => {
  const server = await createMlflow({ prefix: '/mlflow' });
  expect(await send(server.url, told, 'Bearer key')).toMatchObject({ what: 'made', experimentId: '1' });
  expect(server.problems).toEqual([]);
  expect(asked(server)).toEqual([
    ...['experiments/get-by-name', 'experiments/create', 'runs/search', 'runs/create'],
    ...['runs/log-batch', 'runs/update'],
  ]);
  expect(server.asked.every(({ headers }) => headers.authorization === 'Bearer key')).toBe(true);
  const { params, tags, metrics, status, started, ended } = mlflowRun(told);
  const [run] = server.runs.values();
  expect([run!.status, run!.start, run!.end]).toEqual([status, started, ended]);
  expect([...run!.params]).toEqual(params.map(({ key, value }) => [key, value]));
  expect(Object.fromEntries(run!.tags)).toEqual(Object.fromEntries(tags.map(({ key, value }) => [key, value])));
  expect(run!.metrics.map(({ key }) => key)).toEqual(metrics.map(({ key }) => key));
});

it('the same run again stays as it is; another one goes into the same experiment', async () => {
  const server = await createMlflow();
  await send(server.url);
  const before = structuredClone([...server.runs]);
  expect(await send(server.url)).toMatchObject({ what: 'was there', runId: before[0]![0] });
  expect([...server.runs]).toEqual(before);
  expect(await send(server.url, hostileTold)).toMatchObject({ what: 'made', experimentId: '1' });
  expect([server.runs.size, server.experiments.size]).toEqual([2, 1]);
});

it('one that was broken off is taken up, and has each value once', async () => {
  const server = await createMlflow({
    refuse: (what, count) => (what === 'POST runs/update' && count < 7 ? 503 : undefined),
  });
  await expect(send(server.url)).rejects.toThrow('the answer was 503');
  expect([...server.runs.values()].map(({ status }) => status)).toEqual(['RUNNING']);
  expect(await send(server.url)).toMatchObject({ what: 'completed' });
  const [run] = server.runs.values();
  expect([server.runs.size, run!.status, run!.metrics.length]).toEqual([
    1,
    'FINISHED',
    mlflowRun(mnistTold).metrics.length,
  ]);
});

it('two runs that make the experiment at once end in one', async () => {
  const server = await createMlflow();
  const sent = await Promise.all([send(server.url), send(server.url, hostileTold)]);
  expect([server.experiments.size, sent[0]!.experimentId, sent[1]!.experimentId]).toEqual([1, '1', '1']);
});

const why = (url: string) => send(url).then(() => 'it arrived', sayWhy);

it('a server that is not as one wishes is told in a few words', async () => {
  expect(await why(await createAbsentEndpoint())).toBe('the connection was refused');
  expect(await why((await createEndpoint(500)).url)).toBe('the answer was 500');
  expect(await why((await createEndpoint({ moved: 'http://127.0.0.1:1/' })).url)).toBe('the answer was 307');
  // Something else listens there, and is content with all.
  expect(await why((await createEndpoint(200)).url)).toBe('the answer is not one of MLflow');
});

it('a refusal names the word of MLflow', async () => {
  const server = await createMlflow();
  server.experiments.set('mnist', 'no/id');
  expect(await why(server.url)).toBe('the answer is not one of MLflow');
  const told = { ...mnistTold, started: 0.5 };
  const strict = await createMlflow();
  await expect(send(strict.url, told)).rejects.toThrow('the answer was 400, INVALID_PARAMETER_VALUE');
});
