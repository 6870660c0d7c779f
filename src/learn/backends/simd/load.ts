import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { assemble } from './assembler.ts';
import { columnSums } from './column-sums.ts';
import { mostShares, startCrew } from './crew.ts';
import { add, multiply, relu, step } from './elementwise.ts';
import { filterGradient } from './filter-gradient.ts';
import { frame } from './frame.ts';
import { maxPool, maxPoolGradient } from './max-pool.ts';
import type { Memory } from './web-assembly.ts';
import { windowProducts } from './window-products.ts';

const routines = {
  ...{ add, columnSums, filterGradient, frame, maxPool, maxPoolGradient, multiply, relu, step, windowProducts },
};

/** Our routines over the wasm backend's own heap; addresses and sizes are in bytes where not said otherwise. */
export interface Simd {
  readonly threads: number;
  /** Runs a routine with each list of arguments, one on a thread: they must not write to the same place. */
  run(routine: keyof typeof routines, shares: readonly (readonly number[])[]): void;
}

/** Loads the routines into the memory of the wasm backend, so that they read and write its tensors in place. */
export const loadSimd = (memory: Memory, threads: number): Promise<Simd> =>
  startCrew(assemble(routines, memory.buffer instanceof SharedArrayBuffer ? 'shared' : 'own'), memory, threads);

/** Where a tensor's elements begin in the heap. */
export const address = (backend: BackendWasm, { dataId }: TensorInfo): number => backend.getMemoryOffset(dataId);

/** A part of a piece of work: `from` to `end`, `end` left out. */
export interface Share {
  readonly from: number;
  readonly end: number;
}

export interface CutOptions {
  readonly threads: number;
  readonly unit?: number;
  /** Shares for each thread, at most `mostShares`: fewer, where each begins with work of its own. */
  readonly each?: number;
}

/**
 * Cuts `size` into even shares of whole `unit`s: one for one thread, else some more than there are threads, so that the
 * others can go on where one is held up. What a share computes must not depend on where it is cut: then results do not
 * depend on the number of threads.
 */
export const cut = (size: number, { threads, unit = 1, each = mostShares }: CutOptions): readonly Share[] => {
  const units = Math.ceil(size / unit);
  const count = Math.min(threads === 1 ? 1 : threads * each, units);
  const edge = (at: number) => Math.min(size, unit * Math.round((at * units) / count));
  return Array.from({ length: count }, (_, at) => ({ from: edge(at), end: edge(at + 1) }));
};
