import type * as ort from 'onnxruntime-web';

/** What a model is given for an input. */
export type Feed = { readonly type: ort.Tensor.Type; readonly data: ort.Tensor['data'] | readonly string[]; readonly dims: readonly number[] }; // biome-ignore format: one line

/** Its outputs by name. */
export type Fetched = Readonly<
  Record<string, { readonly data: ArrayLike<number | string>; readonly dims: readonly number[] }>
>;
