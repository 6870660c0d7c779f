import { bytesField, floatField, intField, messageField, textField } from '../../protobuf.ts';
import type { DataType, Encoding, Numbers, Shape } from '../graph/graph.ts';

/** An ONNX model in its own words. */
export interface OnnxModel {
  readonly graph: OnnxGraph;
  /** What people and programs find in the file, by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
}

export interface OnnxValue {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: Shape;
}

export interface OnnxNode {
  readonly op: string;
  /** Of another set of operators than ONNX's own. */
  readonly domain?: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A whole number, whole numbers, a text, texts, a number that need not be whole, or a graph. */
export type OnnxAttribute = number | readonly number[] | string | readonly string[] | OnnxFloat | OnnxGraph;

export interface OnnxFloat {
  readonly float: number;
}

export interface OnnxTensor {
  readonly name: string;
  readonly dtype: DataType | Encoding['kind'];
  readonly shape: readonly number[];
  /** Bytes, the lowest first; or texts. */
  readonly values: Numbers | BigInt64Array | Uint16Array | readonly string[];
}

/** What a reader has to know: onnxruntime has read these since 1.14, of February 2023. */
export const onnxVersions = { ir: 8, operators: 18, mlOperators: 3 } as const;

/**
 * The bytes of a `.onnx` file: a ModelProto. The same model gives the same bytes.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export const onnxBytes = ({ graph, metadata }: OnnxModel): Buffer =>
  Buffer.concat([
    intField(1, onnxVersions.ir),
    textField(2, 'stemma'),
    bytesField(7, graphBytes(graph)),
    messageField(8, textField(1, ''), intField(2, onnxVersions.operators)),
    ...(usesMl(graph) ? [messageField(8, textField(1, mlDomain), intField(2, onnxVersions.mlOperators))] : []),
    ...Object.entries(metadata).map(([key, value]) => messageField(14, textField(1, key), textField(2, value))),
  ]);

/** ONNX's operators for classical machine learning. */
export const mlDomain = 'ai.onnx.ml';

const usesMl = ({ nodes }: OnnxGraph): boolean => nodes.some(({ domain }) => domain === mlDomain);

const graphBytes = ({ name, inputs, outputs, nodes, initializers }: OnnxGraph): Buffer =>
  Buffer.concat([
    ...nodes.map((node) => bytesField(1, nodeBytes(node))),
    textField(2, name),
    ...initializers.map((tensor) => bytesField(5, tensorBytes(tensor))),
    ...inputs.map((value) => bytesField(11, valueBytes(value))),
    ...outputs.map((value) => bytesField(12, valueBytes(value))),
  ]);

const nodeBytes = ({ op, domain, name, inputs, outputs, attributes }: OnnxNode): Buffer =>
  Buffer.concat([
    ...inputs.map((input) => textField(1, input)),
    ...outputs.map((output) => textField(2, output)),
    textField(3, name),
    textField(4, op),
    ...Object.entries(attributes).map(([key, value]) => messageField(5, textField(1, key), attributeBytes(value))),
    ...(domain === undefined ? [] : [textField(7, domain)]),
  ]);

/** The fields of an AttributeProto that hold its value, and that of its type. */
const attributeBytes = (value: OnnxAttribute): Buffer => {
  if (typeof value === 'number') return Buffer.concat([intField(3, value), intField(20, 2)]);
  if (typeof value === 'string') return Buffer.concat([textField(4, value), intField(20, 3)]);
  if ('float' in value) return Buffer.concat([floatField(2, value.float), intField(20, 1)]);
  if ('nodes' in value) return Buffer.concat([bytesField(6, graphBytes(value)), intField(20, 5)]);
  if (value.every((each) => typeof each === 'number')) {
    return Buffer.concat([...value.map((each) => intField(8, each)), intField(20, 7)]);
  }
  return Buffer.concat([...value.map((each) => textField(9, each as string)), intField(20, 8)]);
};

const valueBytes = ({ name, dtype, shape }: OnnxValue): Buffer => {
  const sizes = shape.map((size) => messageField(1, size === null ? textField(2, 'batch') : intField(1, size)));
  const tensor = [intField(1, typeNumbers[dtype]), messageField(2, ...sizes)];
  return Buffer.concat([textField(1, name), messageField(2, messageField(1, ...tensor))]);
};

const tensorBytes = ({ name, dtype, shape, values }: OnnxTensor): Buffer =>
  Buffer.concat([
    ...shape.map((size) => intField(1, size)),
    intField(2, typeNumbers[dtype]),
    ...(isTexts(values) ? values.map((text) => textField(6, text)) : []),
    textField(8, name),
    ...(isTexts(values) ? [] : [bytesField(9, bytesOf(values))]),
  ]);

type Values = OnnxTensor['values'];

const isTexts = (values: Values): values is readonly string[] => Array.isArray(values);

const bytesOf = ({ buffer, byteOffset, byteLength }: Exclude<Values, readonly string[]>): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** ONNX's numbers of the types. */
export const typeNumbers: Readonly<Record<OnnxTensor['dtype'], number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
};
