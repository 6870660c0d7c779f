import * as tf from '@tensorflow/tfjs-core';

/** TensorFlow's C API behind the addon, as far as graphs need it. */
export interface NativeBinding {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_BOOL: number;
  readonly TF_RESOURCE: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  /** The tensor shares the array's memory where that is aligned as TensorFlow wants it. */
  createTensor(shape: readonly number[], dtype: number, values: Values): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Values;
  executeOp(op: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: number): Output[];
  /** @param tags joined by commas. @returns the id of a session. */
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  /** Feeds tensors by the names of values (`node:0`), joined by commas, and fetches others. */
  runSavedModel(session: number, inputs: readonly number[], inputNames: string, outputNames: string): Output[];
}

export type Values = Float32Array | Int32Array | Uint8Array;

/** An attribute of an op, as TensorFlow.js's kernels give it to the addon. */
export interface Attribute {
  readonly name: string;
  /** One of the binding's `TF_ATTR_…`. */
  readonly type: number;
  readonly value: unknown;
}

/** A tensor that an op or a session has returned; the caller deletes it. */
export interface Output {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** TensorFlow.js's backend `tensorflow`, as far as graphs need it. */
export interface NativeBackend extends tf.KernelBackend {
  binding: NativeBinding;
  /** Ids of the tensors in TensorFlow; uploads those that are still JavaScript's. */
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  createOutputTensor(output: Output): tf.Tensor;
  executeSingleOutput(op: string, attributes: readonly Attribute[], inputs: readonly tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
  readonly tensorMap: {
    /** `values` are there while a tensor that JavaScript made has not gone to TensorFlow. */
    get(id: object): { readonly dtype: number; readonly shape: number[]; readonly values: unknown };
  };
}

/** To be called while `tensorflow` is TensorFlow.js's backend. */
export const nativeBackend = (): NativeBackend => tf.backend() as NativeBackend;

/** Whether a tensor's values are TensorFlow's, so that reading them gives a new array and not the one that they were made of. */
export const isInTensorflow = ({ dataId }: tf.Tensor): boolean => nativeBackend().tensorMap.get(dataId).values == null;
