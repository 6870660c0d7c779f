import { describe, expect, test } from 'vitest';
import { constant, type GraphNode, neededFor, output, placeholder, savedModelOf } from '../../../../src/learn/backends/tensorflow/graph.ts'; // biome-ignore format: one line
import type { NativeBinding } from '../../../../src/learn/backends/tensorflow/native.ts';
import { rewritten } from '../../../../src/learn/backends/tensorflow/rewrite.ts';
import { firstDifference } from '../../../../src/learn/backends/tensorflow/trace.ts';
import { bytesField, floatField, intField, textField } from '../../../../src/learn/protobuf.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('protobuf', () => {
  // The examples of the format's own description, and what protoc makes of the others.
  test.each<[string, Uint8Array, string]>([
    ['an integer', intField(1, 150), '089601'],
    ['text', textField(2, 'testing'), '120774657374696e67'],
    ['zero', intField(1, 0), '0800'],
    ['a negative integer', intField(1, -1), '08ffffffffffffffffff01'],
    ['a float', floatField(4, 1), '250000803f'],
    ['a field of a high number', bytesField(16, Uint8Array.of(7)), '82010107'],
  ])('%s', (_, bytes, expected) => {
    expect(hex(bytes)).toBe(expected);
  });
});

const binding = { TF_FLOAT: 1, TF_INT32: 3, TF_BOOL: 10 } as NativeBinding;
const float = (...shape: number[]) => ({ shape, dtype: 1 });
const ints = (name: string, ...values: number[]): GraphNode =>
  constant(name, { shape: [values.length], dtype: 3, values: Int32Array.from(values) });
const op = (name: string, kind: string, inputs: readonly string[], shape: readonly number[]): GraphNode => ({
  ...{ name, op: kind, inputs: inputs.map((input) => output(input)), attributes: [] },
  outputs: [{ shape, dtype: 1 }],
});
const opsOf = (...nodes: readonly GraphNode[]): string[] =>
  neededFor(rewritten(nodes, binding), [nodes.at(-1)!.name]).map(({ name, op: kind }) => `${name} ${kind}`);

describe('a graph is rewritten in ops that TensorFlow fuses:', () => {
  test('a batch of one product, its bias and the reshapes around them', () => {
    const nodes = [
      placeholder('x', float(8, 4)),
      placeholder('w', float(4, 3)),
      placeholder('b', float(3)),
      ints('s', 1, 8, 4),
      op('x3', 'Reshape', ['x', 's'], [1, 8, 4]),
      op('w3', 'Reshape', ['w', 's'], [1, 4, 3]),
      op('product', 'BatchMatMulV2', ['x3', 'w3'], [1, 8, 3]),
      op('sum', 'Add', ['product', 'b'], [1, 8, 3]),
      op('flat', 'Reshape', ['sum', 's'], [8, 3]),
      op('end', 'Relu', ['flat'], [8, 3]),
    ];
    expect(opsOf(...nodes)).toEqual([
      ...['x Placeholder', 'w Placeholder', 'b Placeholder'],
      ...['product/product MatMul', 'sum/sum BiasAdd', 'end Relu'],
    ]);
  });

  test('products of many matrices stay', () => {
    const [a, b] = [placeholder('a', float(5, 8, 4)), placeholder('b', float(5, 4, 3))];
    expect(opsOf(a, b, op('product', 'BatchMatMulV2', ['a', 'b'], [5, 8, 3])).at(-1)).toBe('product BatchMatMulV2');
  });

  test.each([
    ['a vector along the last axis', [8, 6, 6, 3], [3], 'BiasAdd'],
    ['a scalar', [8, 3], [], 'Add'],
    ['a vector that is spread over the last axis', [8, 3], [1], 'Add'],
    ['a matrix', [8, 3], [8, 3], 'Add'],
    ['a vector to a vector', [3], [3], 'Add'],
  ] as const)('the sum with %s', (_, shape, addend, expected) => {
    const nodes = [placeholder('x', float(...shape)), placeholder('b', float(...addend))];
    expect(opsOf(...nodes, op('sum', 'Add', ['x', 'b'], shape)).at(-1)).toBe(`sum ${expected}`);
  });
});

test('equal graphs have equal bytes', () => {
  const nodes = [placeholder('x', float(2)), ints('axes', 0), op('sum', 'Sum', ['x', 'axes'], [])];
  expect(hex(savedModelOf(nodes))).toBe(hex(savedModelOf(structuredClone(nodes))));
});

test('two traces differ where a constant does, or an op', () => {
  const trace = (value: number, kind = 'Add') => ({
    nodes: [ints('c', value), op('n', kind, ['c', 'c'], [1])],
    outputs: {},
  });
  expect(firstDifference(trace(1), trace(1))).toBeUndefined();
  expect(firstDifference(trace(1), trace(2))?.name).toBe('c');
  expect(firstDifference(trace(1), trace(1, 'Sub'))?.name).toBe('n');
  expect(firstDifference(trace(1), { nodes: trace(1).nodes.slice(0, 1), outputs: {} })?.name).toBe('n');
});
