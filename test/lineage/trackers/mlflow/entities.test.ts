import fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchesOf } from '../../../../src/lineage/trackers/mlflow/batches.ts';
import { mlflowRun } from '../../../../src/lineage/trackers/mlflow/entities.ts';
import { mlflowNames } from '../../../../src/lineage/trackers/mlflow/names.ts';
import { failedTold, hostileNames, hostileTold, mnistTold } from '../told.ts';
import { nameProblems, problemsOf } from './published.ts';

it('params, tags and metrics of a run of MNIST', () => {
  const { experiment, status, params, tags, metrics, cut } = mlflowRun(mnistTold);
  expect([experiment, status, cut]).toEqual(['mnist', 'FINISHED', []]);
  expect(params).toContainEqual({ key: 'seed', value: '1337' });
  expect(tags).toContainEqual({ key: 'stemma.record', value: mnistTold.digest });
  expect(metrics.filter(({ key }) => key === 'train.epochs/val_loss').map(({ step, value }) => [step, value])).toEqual([
    [1, 1.5],
    [2, 0.75],
    [3, 0.5],
  ]);
  expect(metrics.filter(({ key }) => key === 'evaluate/accuracy').map(({ step }) => step)).toEqual([0]);
  expect(mlflowRun(failedTold).status).toBe('FAILED');
});

it('names that MLflow takes stay as they are, in their group', () => {
  expect(mlflowNames([{ group: 'train.epochs', name: 'val_loss' }, { name: 'train.optimizer.name' }])).toEqual([
    'train.epochs/val_loss',
    'train.optimizer.name',
  ]);
});

it('any names become such as MLflow takes, each another, with no file where a folder has to be', () => {
  const any = fc.oneof(
    fc.array(fc.nat(0x2ff), { maxLength: 40 }).map((codes) => String.fromCharCode(...codes)),
    fc.constantFrom(...hostileNames),
  );
  fc.assert(
    fc.property(fc.uniqueArray(any, { maxLength: 8 }), (names) => {
      const given = mlflowNames(names.map((name) => ({ group: 'train', name })));
      expect(given.flatMap(nameProblems)).toEqual([]);
      expect(new Set(given).size).toBe(names.length);
      expect(given.filter((name) => !/^train\/[^/]+$/.test(name))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

it('batches keep the limits of MLflow, whatever a run holds, and hold all of it in its order', () => {
  const many = mlflowRun(mnistTold);
  const text = (at: number) => ({ key: `p${at}`, value: 'é'.repeat(6000) });
  const run = {
    ...mlflowRun(hostileTold),
    params: Array.from({ length: 350 }, (_, at) => text(at)),
    metrics: Array.from({ length: 2500 }, (_, at) => ({ key: 'm', value: at, timestamp: 1, step: at })),
  };
  for (const each of [many, run, mlflowRun(hostileTold)]) {
    const batches = batchesOf(each, 'id');
    expect(batches.flatMap((batch) => problemsOf('POST runs/log-batch', { ...batch }))).toEqual([]);
    expect(batches.flatMap(({ params }) => params)).toEqual(each.params);
    expect(batches.flatMap(({ tags }) => tags)).toEqual(each.tags);
    expect(batches.flatMap(({ metrics }) => metrics).map(({ key, step }) => [key, step])).toEqual(
      each.metrics.map(({ key, step }) => [key, step]),
    );
  }
});

it('what is too long is cut, and named; numbers that are none are sent as protobuf names them', () => {
  const run = mlflowRun(hostileTold);
  expect(run.cut).toEqual(['train.long', 'stemma.command']);
  expect([...run.params.find(({ key }) => key === 'train.long')!.value]).toHaveLength(6000);
  const sent = batchesOf(run, 'id').flatMap(({ metrics }) => metrics.map(({ key, value }) => [key, value]));
  expect(sent.slice(-5)).toEqual([
    ['train/nan', 'NaN'],
    ['train/up', 'Infinity'],
    ['train/down', 0],
    ['train/down.low', '-Infinity'],
    ['train/down.high', 1e-300],
  ]);
});

it('the check against what is published finds what is not as it is', () => {
  expect(problemsOf('POST runs/create', { experiment: '1' })).toEqual(['CreateRun has no experiment']);
  expect(problemsOf('POST runs/update', { status: 'DONE' })).toEqual(['UpdateRun.status is no RunStatus: "DONE"']);
  expect(problemsOf('POST runs/log-batch', { metrics: [{ key: 'a/../b', value: null }] })).toHaveLength(1);
  expect(problemsOf('POST runs/log-batch', { params: [{ key: 'a/../b', value: 'x'.repeat(6001) }] })).toHaveLength(2);
  expect(problemsOf('POST runs/delete', {})).toEqual(['there is no POST runs/delete']);
});
