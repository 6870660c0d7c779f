import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeTable } from '../../../src/learn/data/table.ts';
import { bytesOf, concatBytes } from '../../../src/lineage/compare/bytes.ts';
import { firstDifference } from '../../../src/lineage/compare/compare-bytes.ts';
import { compareFiles } from '../../../src/lineage/compare/compare-files.ts';
import { nextFloat, safetensors, twoFiles } from './files.ts';

const compare = (name: string, recorded: string | Uint8Array, replayed: string | Uint8Array) =>
  compareFiles(name, twoFiles(recorded, replayed));

describe('safetensors', () => {
  const weights = Float32Array.from({ length: 12 }, (_, i) => i / 10);
  const file = (data: Float32Array, bias = Int32Array.of(1, 2)) =>
    safetensors({ bias: { dtype: 'I32', shape: [2], data: bias }, kernel: { dtype: 'F32', shape: [3, 4], data } });

  it('finds one float that is one step off, by tensor, index and distance', async () => {
    const changed = weights.slice();
    changed[7] = nextFloat(changed[7]!);
    expect(await compare('x.safetensors', file(weights), file(changed))).toEqual({
      kind: 'tensor',
      tensor: 'kernel',
      dtype: 'F32',
      shape: [3, 4],
      index: [1, 3],
      recorded: '0.7',
      replayed: '0.70000005',
      absolute: changed[7]! - weights[7]!,
      ulps: 1,
      differing: 1,
      elements: 12,
      largest: { absolute: changed[7]! - weights[7]!, ulps: 1, index: [1, 3] },
      tensors: 1,
    });
  });

  it('tells the first and the largest of several, and how many tensors differ', async () => {
    const changed = weights.slice();
    changed[2] = 0.25;
    changed[11] = -1;
    const found = await compare('x.safetensors', file(weights), file(changed, Int32Array.of(1, 5)));
    expect(found).toMatchObject({ tensor: 'bias', index: [1], recorded: '2', replayed: '5', absolute: 3, tensors: 2 });
    expect(found).not.toHaveProperty('ulps');
    expect(await compare('x.safetensors', file(weights), file(changed))).toMatchObject({
      tensor: 'kernel',
      index: [0, 2],
      differing: 2,
      largest: { index: [2, 3] },
    });
  });

  it('measures no distance to NaN, and tells the two zeros apart', async () => {
    const with5 = (value: number) => file(weights.with(5, value));
    const nan = await compare('x.safetensors', file(weights), with5(Number.NaN));
    expect(nan).toMatchObject({ index: [1, 1], recorded: '0.5', replayed: 'NaN', differing: 1 });
    expect(nan).not.toHaveProperty('absolute');
    expect(nan).not.toHaveProperty('largest');
    const zeros = await compare('x.safetensors', with5(0), with5(-0));
    expect(zeros).toMatchObject({ recorded: '0', replayed: '-0', absolute: 0, ulps: 0 });
  });

  it('tells a tensor that is absent, or of another shape', async () => {
    const one = (shape: number[]) => safetensors({ w: { dtype: 'F32', shape, data: Float32Array.of(1, 2, 3, 4) } });
    expect(await compare('x.safetensors', one([2, 2]), one([4]))).toEqual({
      kind: 'layout',
      tensor: 'w',
      recorded: 'F32 [2, 2]',
      replayed: 'F32 [4]',
    });
    expect(await compare('x.safetensors', file(weights), one([4]))).toMatchObject({
      tensor: 'bias',
      replayed: 'absent',
    });
  });

  it('falls back to bytes where the tensors are the same, or the file is none', async () => {
    const data = Float32Array.of(1);
    const [a, b] = [{ a: { dtype: 'F32', shape: [1], data } }, { b: { dtype: 'F32', shape: [1], data } }];
    const swapped = await compare('x.safetensors', safetensors({ ...a, ...b }), safetensors({ ...b, ...a }));
    expect(swapped).toMatchObject({ kind: 'bytes', same: 'all tensors' });
    expect(await compare('x.safetensors', 'no such thing', 'no such file')).toMatchObject({ kind: 'bytes', offset: 8 });
  });
});

describe('JSON', () => {
  it('names the first path, its values and their distance', async () => {
    const before = { epochs: [{ loss: 0.1 }, { loss: 0.3, 'val loss': 1 }] };
    const after = { epochs: [{ loss: 0.1 }, { loss: 0.1 + 0.2, 'val loss': 2 }] };
    expect(await compare('h.json', JSON.stringify(before), JSON.stringify(after))).toEqual({
      kind: 'value',
      path: 'epochs[1].loss',
      recorded: '0.3',
      replayed: '0.30000000000000004',
      absolute: 0.1 + 0.2 - 0.3,
      ulps: 1,
      differing: 2,
    });
    expect(await compare('h.json', '{"a b":[1]}', '{"a b":[1,2]}')).toMatchObject({
      path: '["a b"][1]',
      replayed: '2',
    });
    expect(await compare('h.json', '{"constructor":1}', '{}')).toMatchObject({ path: 'constructor', recorded: '1' });
  });

  it('is compared as text where the values are the same, or it is no JSON', async () => {
    expect(await compare('h.json', '{"a":1,"b":2}', '{"b":2,"a":1}')).toMatchObject({
      kind: 'text',
      line: 1,
      column: 3,
    });
    expect(await compare('h.json', 'one\ntwo', 'one\ntoo')).toMatchObject({ kind: 'text', line: 2, column: 2 });
  });
});

describe('text and bytes', () => {
  it('gives line and column, in whole characters', async () => {
    expect(await compare('a.txt', 'erste\nzwö\ndrei\n', 'erste\nzwä\ndrei\n')).toEqual({
      kind: 'text',
      line: 2,
      column: 3,
      recorded: 'zwö',
      replayed: 'zwä',
    });
    expect(await compare('a.txt', 'one\n', 'one\ntwo\n')).toEqual({
      kind: 'text',
      line: 2,
      column: 1,
      replayed: 'two',
    });
  });

  it('gives the offset and both bytes of anything else', async () => {
    expect(await compare('a.bin', Buffer.of(1, 0, 3), Buffer.of(1, 0, 4, 5))).toEqual({
      kind: 'bytes',
      offset: 2,
      recorded: 3,
      replayed: 4,
      sizes: { recorded: 3, replayed: 4 },
    });
    expect(await compare('a.bin', Buffer.of(0), Buffer.of(0, 1))).toMatchObject({ offset: 1, replayed: 1 });
    expect(await compare('a.bin', Buffer.of(0), Buffer.of(0))).toBeUndefined();
  });

  it('looks beyond the first piece', async () => {
    const large = Buffer.alloc((2 << 20) + 7, 'ab\n');
    const other = Buffer.from(large);
    other[large.length - 2] = 0x7a;
    const [recorded, replayed] = [
      bytesOf(large),
      concatBytes([bytesOf(other.subarray(0, 99)), bytesOf(other.subarray(99))]),
    ];
    expect(firstDifference({ recorded, replayed })).toBe(large.length - 2);
    expect(await compare('a.txt', large, other)).toMatchObject({ line: Math.floor((large.length - 2) / 3) + 1 });
  });

  it('finds the first byte that differs, wherever the pieces begin', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.uint8Array(), fc.nat(), (a, tail, cut) => {
        const at = cut % a.length;
        const b = Uint8Array.of(...a, ...tail);
        const joined = concatBytes([bytesOf(b.subarray(0, at)), bytesOf(b.subarray(at))]);
        expect(firstDifference({ recorded: bytesOf(a), replayed: joined })).toBe(
          tail.length === 0 ? undefined : a.length,
        );
        const c = a.with(at, a[at]! ^ 1);
        expect(firstDifference({ recorded: bytesOf(a), replayed: bytesOf(c) })).toBe(at);
      }),
    );
  });
});

describe('Parquet', () => {
  const table = (file: string, values: readonly number[], names: readonly (string | null)[]) =>
    writeTable(file, [
      { name: 'id', type: 'float64', values: Float64Array.from(values) },
      { name: 'a "name"', type: 'string', values: names },
    ]);

  it('names row group, row and column', async () => {
    const files = twoFiles('', '');
    const values = Array.from({ length: 140_000 }, (_, i) => i / 7);
    const names = values.map((_, i) => (i === 9 ? null : `n${i}`));
    await table(files.recorded, values, names);
    await table(files.replayed, values, names.with(134_321, 'other').with(139_999, null));
    expect(await compareFiles('p.parquet', files)).toEqual({
      kind: 'cell',
      column: 'a "name"',
      row: 134_321,
      rowGroup: 1,
      recorded: 'n134321',
      replayed: 'other',
      rows: 2,
      columns: ['a "name"'],
    });
    await table(files.replayed, values.slice(1), names.slice(1));
    expect(await compareFiles('p.parquet', files)).toEqual({
      kind: 'table',
      recorded: 'id DOUBLE, a "name" VARCHAR; 140000 rows',
      replayed: 'id DOUBLE, a "name" VARCHAR; 139999 rows',
    });
  });

  it('compares the bytes of what is damaged', async () => {
    expect(await compare('p.parquet', 'PAR1 what', 'PAR1 else')).toMatchObject({ kind: 'bytes', offset: 5 });
  });
});
