import { posix } from 'node:path';
import { expect, it } from 'vitest';
import { mlflowRun } from '../../../../src/lineage/trackers/mlflow/entities.ts';
import { storedRun } from '../../../../src/lineage/trackers/mlflow/file-store.ts';
import { hostileTold, mnistTold } from '../told.ts';
import { nameProblems } from './published.ts';

it.each([
  ['of MNIST', mnistTold],
  ['with hostile names and values', hostileTold],
])('a run %s, read by the rules of file_store.py, is the run', (_, told) => {
  const run = mlflowRun(told);
  const { experiment, experimentMeta, files } = storedRun(run, told.id);
  const below = (folder: string) =>
    [...files].flatMap(([path, text]) =>
      path.startsWith(`${folder}/`) ? [[path.slice(folder.length + 1), text]] : [],
    );
  const pairs = (texts: readonly { readonly key: string; readonly value: string }[]) =>
    texts.map(({ key, value }) => [key, value]);
  expect(below('params')).toEqual(pairs(run.params));
  expect(below('tags')).toEqual(pairs(run.tags));
  expect(below('metrics').flatMap(([key, text]) => pointsOf(key!, text!))).toEqual(
    [...new Set(run.metrics.map(({ key }) => key))].flatMap((name) => run.metrics.filter(({ key }) => key === name)),
  );
  expect([...files.keys()].filter((path) => posix.normalize(path) !== path || path.startsWith('..'))).toEqual([]);
  expect([...files.keys()].slice(1).flatMap((path) => nameProblems(path.slice(path.indexOf('/') + 1)))).toEqual([]);
  expect(experiment).toMatch(/^[1-9]\d{17}$/);
  expect(parse(experimentMeta)).toMatchObject({ experiment_id: experiment, name: 'mnist', lifecycle_stage: 'active' });
  expect(parse(files.get('meta.yaml')!)).toMatchObject({
    ...{ run_id: told.id, run_uuid: told.id, experiment_id: experiment, status: 3, lifecycle_stage: 'active' },
    ...{ start_time: told.started, end_time: told.ended, run_name: told.record.run },
  });
});

/** A flat mapping of JSON's scalars, which are YAML's. */
const parse = (yaml: string): object =>
  Object.fromEntries(
    yaml
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(': ')), JSON.parse(line.slice(line.indexOf(': ') + 2)) as unknown]),
  );

/** As `_get_metric_from_line` takes a line apart, with Python's float. */
const pointsOf = (key: string, text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [timestamp, value, step] = line.split(' ') as [string, string, string];
      return { key, value: Number(value.replace('inf', 'Infinity')), timestamp: Number(timestamp), step: Number(step) };
    });
