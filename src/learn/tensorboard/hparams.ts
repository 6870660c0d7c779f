import { doubleField, intField, messageField, textField } from '../protobuf.ts';
import { type PluginValue, pluginValue } from './events.ts';

/** Settings by name, as TensorBoard compares runs by them. */
export type Hparams = Readonly<Record<string, number | string | boolean>>;

/**
 * The begin and the end of a run, for the plugin HParams. They stand in a folder of their own run.
 *
 * @see tensorboard/plugins/hparams/plugin_data.proto
 */
export const sessionStart = (hparams: Hparams, { name, time }: { readonly name: string; readonly time: number }) =>
  session(
    '_hparams_/session_start_info',
    messageField(
      3,
      ...Object.entries(hparams).map(([key, value]) => messageField(1, textField(1, key), messageField(2, protoOf(value)))), // biome-ignore format: one line
      textField(4, name),
      doubleField(5, time),
    ),
  );

export const sessionEnd = (time: number): Buffer =>
  session('_hparams_/session_end_info', messageField(4, intField(1, succeeded), doubleField(2, time)));

const succeeded = 1;

const session = (tag: PluginValue['tag'], content: Uint8Array): Buffer =>
  pluginValue({ tag, plugin: 'hparams', content, tensor: { type: 'float', shape: [0], values: [] } });

/** A google.protobuf.Value. */
const protoOf = (value: number | string | boolean): Buffer => {
  if (typeof value === 'number') return doubleField(2, value);
  return typeof value === 'string' ? textField(3, value) : intField(4, Number(value));
};
