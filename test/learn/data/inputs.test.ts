import { describe, expect, it } from 'vitest';
import { examplesOf, type Wanted } from '../../../src/learn/data/examples.ts';
import type { ColumnData, Rows } from '../../../src/learn/data/rows.ts';
import { withTarget } from '../../../src/learn/data/with-target.ts';
import { alteredIn } from '../../../src/learn/training/altered-input.ts';
import { batchOf } from '../../../src/learn/training/batches.ts';
import type { Column, DatasetManifest } from '../../../src/types/generated/dataset.ts';
import { policyOf } from './policy.ts';

const columns: Column[] = [
  { name: 'a', kind: 'number', dtype: 'float32' },
  { name: 'image', kind: 'tensor', dtype: 'uint8', shape: [2, 1, 1] },
  { name: 'b', kind: 'number', dtype: 'float32' },
  { name: 'kind', kind: 'category', dtype: 'string', categories: ['x', 'y'] },
  { name: 'marks', kind: 'labels', dtype: 'string', categories: ['p', 'q'] },
];
const data: Readonly<Record<string, ColumnData>> = {
  a: { kind: 'number', values: Float64Array.of(1, 2, 3) },
  image: { kind: 'tensor', shape: [2, 1, 1], values: Uint8Array.of(10, 11, 20, 21, 30, 31) },
  b: { kind: 'number', values: Float64Array.of(4, 5, 6) },
  kind: { kind: 'label', values: ['y', 'x', 'y'] },
  marks: { kind: 'label', values: ['["q"]', '[]', '["p","q"]'] },
};
const rows: Rows = { ids: ['r0', 'r1', 'r2'], official: null, columns: new Map(Object.entries(data)) };
const manifest = (target: DatasetManifest['target'], names = Object.keys(data)): DatasetManifest => ({
  ...{ format: 'stemma-dataset-v1', rows: 3, target, shards: [] },
  columns: columns.filter(({ name }) => names.includes(name)),
});
const features = ['a', 'image', 'b', 'kind'];
const load = (wanted: Wanted, target: DatasetManifest['target'] = 'kind', names = features) =>
  examplesOf(manifest(target, names), [rows], wanted);

describe('several inputs', () => {
  it('lie beside each other in each row, in the order of the network: a tensor by its name, and what is left', () => {
    const examples = load({ inputs: [{ name: 'image' }, { name: 'rest' }] });
    expect([...examples.features]).toEqual([10, 11, 1, 4, 20, 21, 2, 5, 30, 31, 3, 6]);
    expect(examples.inputs).toEqual([
      { name: 'image', shape: [2, 1, 1], columns: ['image'] },
      { name: 'rest', shape: [2], columns: ['a', 'b'] },
    ]);
    expect([examples.featureShape, examples.featureNames]).toEqual([[4], ['image', 'a', 'b']]);
  });

  it('take the columns that they say, in the order of the data set', () => {
    const examples = load({ inputs: [{ name: 'numbers', columns: ['b', 'a'] }, { name: 'picture', columns: ['image'] }] }); // biome-ignore format: one line
    expect([...examples.features].slice(0, 4)).toEqual([1, 4, 10, 11]);
    expect(load({ inputs: [{ name: 'picture', columns: ['image'] }] }, 'kind', ['image', 'kind'])).toMatchObject({
      ...{ featureShape: [2, 1, 1], inputs: [{ name: 'picture' }] },
    });
  });

  it.each([
    [[{ name: 'image' }, { name: 'a', columns: ['a'] }], /no input takes the feature "b"/],
    [[{ name: 'one' }, { name: 'two' }], /the inputs "one", "two" have neither/],
    [[{ name: 'one', columns: ['a', 'b'] }, { name: 'a' }, { name: 'image' }], /both take the feature "a"/],
    [[{ name: 'one', columns: ['c'] }], /takes "c", which is no feature/],
    [[{ name: 'one', columns: ['a', 'image', 'b'] }], /feature "image" is a tensor and stands beside others/],
    [[{ name: 'image' }, { name: 'n', columns: ['a', 'b'] }, { name: 'more' }], /the input "more" has no features/],
    [[{ name: 'rest' }], /no input takes the feature "image"/],
  ])('are refused where who takes what is not clear: %j', (inputs, message) => {
    expect(() => load({ inputs })).toThrow(message);
  });

  it('let a policy alter the one that it is for, in each row, and leave the others as they are', () => {
    const augment = { ...policyOf({ brightness: 0.5 }), column: 'image' };
    const examples = { ...load({ inputs: [{ name: 'rest' }, { name: 'image' }] }), augment };
    const { features: altered } = batchOf(examples, Int32Array.of(2, 0), 1);
    expect([altered[0], altered[1], altered[4], altered[5]]).toEqual([3, 6, 1, 4]);
    expect([altered[2], altered[3]]).not.toEqual([30, 31]);
    const { from, width, shape, pool } = alteredIn(examples, augment);
    expect([from, width, shape, [...pool.features]]).toEqual([2, 2, [2, 1, 1], [10, 11, 20, 21, 30, 31]]);
    expect(() => alteredIn(examples, { ...augment, column: 'other' })).toThrow(/no input takes it alone/);
  });
});

describe('several targets', () => {
  const names = ['a', 'kind', 'marks', 'b'];
  it('lie beside each other in each row, in the order that the data set says', () => {
    const examples = load({ targets: 'any' }, ['marks', 'b', 'kind'], names);
    expect([...examples.target]).toEqual([0, 1, 4, 1, 0, 0, 5, 0, 1, 1, 6, 1]);
    expect(examples.targets!.map(({ name, kind, from, width, outputs }) => [name, kind, from, width, outputs])).toEqual(
      [
        ['marks', 'labels', 0, 2, 2],
        ['b', 'number', 2, 1, 1],
        ['kind', 'classes', 3, 1, 2],
      ],
    );
    expect(examples.targetName).toBe('marks, b, kind');
    expect(batchOf(examples, Int32Array.of(2), 1)).toMatchObject({ targetShape: [1, 4], target: Float32Array.of(1, 1, 6, 1) }); // biome-ignore format: one line
  });

  it('can be looked at one by one', () => {
    const examples = load({ targets: 'any' }, ['marks', 'b', 'kind'], names);
    const [marks, b, kind] = examples.targets!.map((part) => withTarget(examples, part));
    expect(kind).toMatchObject({ target: Int32Array.of(1, 0, 1), classes: ['x', 'y'], targetName: 'kind' });
    expect([kind!.targets, b!.targets, b!.classes]).toEqual([undefined, undefined, null]);
    expect([...b!.target]).toEqual([4, 5, 6]);
    expect([...marks!.target]).toEqual([0, 1, 0, 0, 1, 1]);
  });

  it('are refused where nobody asked for them: what takes one would take them for another', () => {
    expect(() => load({}, ['b', 'kind'], names.slice(0, 2).concat('b'))).toThrow(/there are 2 targets, "b", "kind"/);
    expect(() => load({}, 'marks', ['a', 'marks'])).toThrow(/the target "marks" is a list of labels/);
  });

  it('are refused where a row has a label that is none of the column', () => {
    const wrong = { ...rows, columns: new Map([...rows.columns, ['marks', { kind: 'label', values: ['["z"]', '[]', '[]'] }] as const]) }; // biome-ignore format: one line
    expect(() => examplesOf(manifest('marks', ['a', 'marks']), [wrong], { targets: 'any' })).toThrow(/the label "z"/);
    const broken = { ...rows, columns: new Map([...rows.columns, ['marks', { kind: 'label', values: ['p', '[]', '[]'] }] as const]) }; // biome-ignore format: one line
    expect(() => examplesOf(manifest('marks', ['a', 'marks']), [broken], { targets: 'any' })).toThrow(/a JSON array/);
  });
});
