import { type GraphNode, shapeOf } from '../../backends/tensorflow/graph.ts';
import { bytesField, intField, messageField, textField } from '../../protobuf.ts';
import type { Constant, DataType } from '../graph/graph.ts';

/** TensorFlow's numbers of the types. @see tensorflow/core/framework/types.proto */
export const typeNumbers: Readonly<Record<DataType, number>> = {
  ...{ float32: 1, float64: 2, int32: 3, uint8: 4, string: 7, int64: 9, bool: 10 },
};

/** A constant of any type, of texts too. */
export const constantNode = (
  name: string,
  { dtype, shape, values }: Pick<Constant, 'dtype' | 'shape' | 'values'>,
): GraphNode => {
  const sizes = shape as readonly number[];
  const type = typeNumbers[dtype];
  const tensor = [intField(1, type), bytesField(2, shapeOf(sizes)), contentOf(values)];
  return {
    ...{ name, op: 'Const', inputs: [], outputs: [{ shape: sizes, dtype: type }] },
    attributes: [
      { name: 'dtype', kind: 'type', value: type },
      { name: 'value', kind: 'bytes', value: messageField(8, ...tensor) },
    ],
  };
};

/** The field of a TensorProto that holds its elements. */
const contentOf = (values: Constant['values']): Buffer => {
  if (isTexts(values)) return Buffer.concat(values.map((text) => textField(8, text)));
  return bytesField(4, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
};

const isTexts = (values: Constant['values']): values is readonly string[] => Array.isArray(values);
