import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import type { GrantedBackend } from '../../../src/types/stage.ts';
import { cases, titleOf } from '../cases.ts';

/** What came out of a case: float32 in base64, or what was thrown. */
export type Computed = { readonly values: string } | { readonly error: string };

// A program: computes cases on a backend. Arguments: the backend, and the titles of the cases, as JSON.

const computed = async (compute: () => tf.Tensor): Promise<Computed> => {
  try {
    const result = tf.tidy(compute);
    const values = Float32Array.from(await result.data());
    result.dispose();
    return { values: Buffer.from(values.buffer).toString('base64') };
  } catch (error) {
    return { error: (error as Error).message };
  }
};

await startBackend(JSON.parse(process.argv[2]!) as GrantedBackend);
const titles = new Set(JSON.parse(process.argv[3]!) as string[]);
const results: Record<string, Computed> = {};
for (const one of cases.filter((each) => titles.has(titleOf(each))))
  results[titleOf(one)] = await computed(one.compute);
// Dawn keeps a process alive; on all others it has to end by itself.
process.stdout.write(JSON.stringify(results), () => tf.getBackend() === 'webgpu' && process.exit());
