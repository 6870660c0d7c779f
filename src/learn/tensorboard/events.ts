import { bytesField, doubleField, floatField, intField, messageField, textField } from '../protobuf.ts';

/**
 * Messages of TensorBoard's event files, as bytes.
 *
 * @see tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto and tensor.proto
 */
export interface Place {
  /** Seconds since 1970. */
  readonly time: number;
  readonly step: number;
}

/** The first event of a file. */
export const versionEvent = (time: number): Buffer =>
  Buffer.concat([doubleField(1, time), textField(3, 'brain.Event:2')]);

/** An event with some values of one step. */
export const summaryEvent = ({ time, step }: Place, values: readonly Uint8Array[]): Buffer =>
  Buffer.concat([
    doubleField(1, time),
    intField(2, step),
    messageField(5, ...values.map((value) => bytesField(1, value))),
  ]);

/** A number. */
export const scalarValue = (tag: string, value: number): Buffer =>
  Buffer.concat([textField(1, tag), floatField(2, value)]);

/** What a plugin of TensorBoard's draws. */
export interface PluginValue {
  readonly tag: string;
  readonly plugin: 'histograms' | 'images' | 'text' | 'pr_curves' | 'hparams';
  /** The plugin's own message, where it has one. */
  readonly content?: Uint8Array;
  readonly description?: string;
  readonly tensor: Tensor;
}

export const pluginValue = ({ tag, plugin, content, description, tensor }: PluginValue): Buffer => {
  const data = [textField(1, plugin), ...(content === undefined ? [] : [bytesField(2, content)])];
  const metadata = [
    messageField(1, ...data),
    ...(description === undefined ? [] : [textField(3, description)]),
    intField(4, plugin === 'images' ? blobs : tensors),
  ];
  return Buffer.concat([textField(1, tag), bytesField(8, tensorOf(tensor)), messageField(9, ...metadata)]);
};

/** Kinds of data, of which a reader keeps more or fewer. */
const tensors = 2;
const blobs = 3;

export type Tensor =
  | { readonly type: 'float' | 'double'; readonly shape: readonly number[]; readonly values: ArrayLike<number> }
  | { readonly type: 'string'; readonly shape: readonly number[]; readonly values: readonly (string | Uint8Array)[] };

const tensorOf = (tensor: Tensor): Buffer => {
  const shape = messageField(
    2,
    ...tensor.shape.map((size) => messageField(2, ...(size === 0 ? [] : [intField(1, size)]))),
  );
  if (tensor.type === 'string') {
    const values = tensor.values.map((value) => bytesField(8, typeof value === 'string' ? Buffer.from(value) : value));
    return Buffer.concat([intField(1, 7), shape, ...values]);
  }
  const wide = tensor.type === 'double';
  const content = Buffer.alloc(tensor.values.length * (wide ? 8 : 4));
  for (let at = 0; at < tensor.values.length; at += 1) {
    if (wide) content.writeDoubleLE(tensor.values[at]!, at * 8);
    else content.writeFloatLE(tensor.values[at]!, at * 4);
  }
  return Buffer.concat([intField(1, wide ? 2 : 1), shape, ...(content.length === 0 ? [] : [bytesField(4, content)])]);
};
