import { expect, it } from 'vitest';
import { inputDataset, outputDataset } from '../../../src/lineage/openlineage/datasets.ts';
import { originOf } from '../../../src/lineage/openlineage/facets.ts';

const origin = originOf('stemma', '0.1.0');
const hex = 'a'.repeat(64);
const artifact = { name: 'model', digest: `sha256:${hex}`, kind: 'folder', bytes: 3, files: 2 } as const;

it('an accepted model that another pipeline reads has the name that it has where it was made', () => {
  const types = new Map([['artifacts/base/train/model', 'model']]);
  const made = outputDataset(origin, { ...artifact, path: 'artifacts/base/train/model', type: 'model' }, types);
  const path = `artifacts/.store/sources-v1/${hex}/model`;
  const read = inputDataset(origin, { ...artifact, name: 'start', path, from: 'accepted base: train.model' }, types);
  expect([read.namespace, read.name]).toEqual([made.namespace, made.name]);
  expect(read.facets).toEqual(made.facets);
});
