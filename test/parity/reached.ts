import * as tf from '@tensorflow/tfjs-core';
import { cases } from './cases.ts';

/** Runs something and adds the kernels that it calls, sorted, to what it returns. */
export const recording = async <Result extends object>(
  run: () => Promise<Result>,
): Promise<Result & { readonly reached: readonly string[] }> => {
  const names = new Set<string>();
  const engine = tf.engine();
  const { runKernel } = engine;
  // All ops reach their kernels through it.
  engine.runKernel = (name, ...rest) => {
    names.add(name);
    return runKernel.call(engine, name, ...rest) as never;
  };
  try {
    return { ...(await run()), reached: [...names].sort() };
  } finally {
    engine.runKernel = runKernel;
  }
};

const inSuite = new Set(cases.map(({ kernel }) => kernel));

/** Kernels of which the parity suite has no case. */
export const notInSuite = (kernels: readonly string[]): readonly string[] =>
  [...new Set(kernels)].filter((kernel) => !inSuite.has(kernel));
