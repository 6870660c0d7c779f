import type * as tf from '@tensorflow/tfjs-core';

/** A shader and how it is called, as TensorFlow.js's backend takes it; it does not export this itself. */
export interface Program {
  shaderKey: string;
  getUserCode(): string;
}

/** What is used here of TensorFlow.js's backend. */
export interface WebgpuBackend {
  /** Types as they are in the card's memory. */
  readonly tensorMap: { get(id: object): { readonly dtype: tf.DataType } };
  runWebGPUProgram(
    program: Program,
    inputs: readonly tf.TensorInfo[],
    type: tf.DataType,
    uniforms?: readonly Uniform[],
    ...rest: readonly unknown[]
  ): tf.TensorInfo;
  disposeData(id: object): boolean;
}

export interface Uniform {
  readonly type: 'int32';
  readonly data: readonly number[];
}

export const integers = (...data: readonly number[]): Uniform => ({ type: 'int32', data });

/** A program in which each invocation computes one element of the result, `index` in the order of memory. */
export const elementwise = (about: ElementwiseProgram): Program => {
  const { key, inputs, uniforms, shape, code } = about;
  const size = shape.reduce((all, one) => all * one, 1);
  const program = {
    ...{ variableNames: inputs, uniforms, outputShape: shape, size: true, shaderKey: key },
    ...{ workgroupSize: [64, 1, 1], dispatch: [Math.ceil(size / 64), 1, 1] },
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    getUserCode: () => `fn main(index : i32) { if (index < uniforms.size) { ${code} } }`,
  };
  return program;
};

export interface ElementwiseProgram {
  /** Equal keys have equal code. */
  readonly key: string;
  /** Names that the code reads them by. */
  readonly inputs: readonly string[];
  /** Members of a WGSL struct, each with a comma after it. */
  readonly uniforms: string;
  /** Of the result. */
  readonly shape: readonly number[];
  /** WGSL. */
  readonly code: string;
}
