import { describe, expect, test } from 'vitest';
import {
  assemble,
  count,
  during,
  floats4,
  increase,
  int,
  routine,
} from '../../../../src/learn/backends/simd/assembler.ts';

declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Record<string, (...args: number[]) => void> };
};

/** Runs a routine over a fresh memory of 64 KiB, and returns it. */
const execute = (
  code: ReturnType<typeof routine>,
  before: readonly number[],
  ...args: readonly number[]
): Float32Array => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Float32Array(memory.buffer).set(before);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble({ run: code })), { env: { memory } });
  exports['run']!(...args);
  return new Float32Array(memory.buffer);
};

describe('assembler', () => {
  test.each([0, 1, 63, 64, -64, -65, 127, 128, 8191, 8192, 40_000, 2 ** 31 - 1])(
    'constant %i arrives whole',
    (value) => {
      const store = routine([], (_, take) => {
        const { wanted } = take.ints('wanted');
        // Counts up by one where the constant is what was handed in: there is no other way out of an i32 here.
        return [
          wanted.set(int.of(value)),
          during(
            int.less(int.subtract(wanted.get, int.of(value)), int.of(1)),
            floats4.store(int.of(0), floats4.loadSplat(int.of(16))),
            increase(wanted, int.of(1)),
          ),
        ];
      });
      expect(execute(store, [0, 0, 0, 0, 7])[3]).toBe(7);
    },
  );

  test('adds vectors in a counted loop, with offsets above 127', () => {
    const add = routine(['bytes'], ({ bytes }, take) => {
      const { at } = take.ints('at');
      const sum = floats4.add(floats4.load(at.get), floats4.load(at.get, 256));
      return [count(at, { end: bytes.get, step: int.of(16) }, floats4.store(at.get, sum, 512))];
    });
    const memory = execute(
      add,
      Array.from({ length: 128 }, (_, index) => index),
      256,
    );
    expect(memory[128]).toBe(64);
    expect(memory[191]).toBe(63 + 127);
    expect(memory[192]).toBe(0);
  });

  test('masks choose elements bit by bit', () => {
    const choose = routine([], () => {
      const [a, b] = [floats4.load(int.of(0)), floats4.load(int.of(16))];
      const equal = floats4.equal(a, b);
      const masked = floats4.or(floats4.and(a, equal), floats4.andNot(floats4.max(a, b), equal));
      return [floats4.store(int.of(32), floats4.multiply(masked, masked))];
    });
    expect([...execute(choose, [1, 2, 3, 4, 1, 5, 3, 0]).slice(8, 12)]).toEqual([1, 25, 9, 16]);
  });

  test('min and max are signed', () => {
    const clip = routine(['low', 'high'], ({ low, high }) => [
      floats4.store(int.max(low.get, int.of(0)), floats4.loadSplat(int.of(64))),
      floats4.store(int.min(high.get, int.of(32)), floats4.loadSplat(int.of(64))),
    ]);
    const memory = execute(clip, [...new Array<number>(16).fill(0), 9], -4, 100);
    expect([memory[0], memory[4], memory[8]]).toEqual([9, 0, 9]);
  });
});
