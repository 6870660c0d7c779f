import * as ort from 'onnxruntime-web';
import type { Feed, Fetched } from './feed.ts';
import { holdAgainstPython } from './python-onnx.ts';

// onnxruntime in WebAssembly, the same operators as elsewhere; on one thread, so that it starts no workers.
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

export type { Feed } from './feed.ts';

/** What onnxruntime computes by the bytes of a model. */
export const runOnnx = async (bytes: Uint8Array, feeds: Readonly<Record<string, Feed>>): Promise<Fetched> => {
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  try {
    const tensors = Object.entries(feeds).map(
      ([name, { type, data, dims }]) =>
        [name, new ort.Tensor(type as 'float32', data as Float32Array, [...dims])] as const,
    );
    const found = (await session.run(Object.fromEntries(tensors))) as unknown as Fetched;
    await holdAgainstPython(bytes, feeds, found);
    return found;
  } finally {
    await session.release();
  }
};

/** The greatest difference of numbers. */
export const distance = (found: ArrayLike<number | string>, wanted: ArrayLike<number>): number => {
  if (found.length !== wanted.length) return Number.POSITIVE_INFINITY;
  return Array.from(wanted).reduce((most, value, at) => Math.max(most, Math.abs(value - Number(found[at]))), 0);
};
