/**
 * A model as plain data: what it computes, op by op, in words that ONNX and TensorFlow both have. It is written once, of a
 * network's layers and of what was fitted before it; each file format says it in its own words.
 *
 * Images are [batch, height, width, channels] throughout, and the batch is of any size.
 */
export interface Graph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly NamedValue[];
  /** Each after those whose outputs it takes. */
  readonly nodes: readonly GraphNode[];
  /** What is known before: weights, and numbers of the code. Bodies of scans use them too. */
  readonly constants: readonly Constant[];
}

export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

export interface Value {
  /** Of its kind alone in a graph, as `conv_1/relu`. */
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: Shape;
}

export type DataType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'bool' | 'string';

/** Sizes of the axes; null: as many as the batch has, or a multiple of it. */
export type Shape = readonly (number | null)[];

export type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

export interface Constant extends Value {
  readonly values: Numbers | readonly string[];
  /** How a file holds it in fewer bytes; absent: as it is. */
  readonly encoding?: Encoding | undefined;
}

/** Learned numbers, row by row. */
export interface Weight {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly encoding?: Encoding | undefined;
}

/**
 * How numbers stand in a file in fewer bytes. They are what they mean already: value = (stored − zero) × scale, or a float16.
 */
export type Encoding =
  | { readonly kind: 'float16' }
  | { readonly kind: 'uint8'; readonly scale: number; readonly zero: number };

export type GraphNode = {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
} & Operation;

/** The output of a node that has one. */
export const outputOf = ({ outputs }: GraphNode): Value => outputs[0]!;

export type Operation =
  | { readonly op: 'unary'; readonly fn: Unary }
  /** Shapes are matched as NumPy does it. */
  | { readonly op: 'binary'; readonly fn: Binary }
  /** To the type of its output. */
  | { readonly op: 'cast' }
  /** Of the last two axes; a kernel of two axes is for every matrix of the other. */
  | { readonly op: 'matMul' }
  /** Of images by a constant kernel [height, width, in, out], or [height, width, in, multiplier] where each channel has its own. */
  | ({ readonly op: 'conv'; readonly each: boolean; readonly dilations: Pair } & Window)
  /** Places beyond the border count in no mean and no maximum. */
  | ({ readonly op: 'pool'; readonly fn: 'max' | 'mean'; readonly size: Pair } & Window)
  /** To the shape of its output, of which one size at most is open. */
  | { readonly op: 'reshape' }
  | { readonly op: 'transpose'; readonly order: readonly number[] }
  | { readonly op: 'concat'; readonly axis: number }
  /** From `begin` up to, but without, `end`. */
  | { readonly op: 'slice'; readonly axis: number; readonly begin: number; readonly end: number }
  /** Rows of its first input by the whole numbers of its second. */
  | { readonly op: 'gather' }
  | {
      readonly op: 'reduce';
      readonly fn: 'mean' | 'sum' | 'max';
      readonly axes: readonly number[];
      readonly keep: boolean;
    }
  /** Over the last axis. */
  | { readonly op: 'softmax' }
  /** The place of the greatest value of the last axis, the first where several are. */
  | { readonly op: 'argMax' }
  /** Zeros around images. */
  | { readonly op: 'pad'; readonly pads: Pads }
  /** Its second input where the first is true, else its third. */
  | { readonly op: 'select' }
  /** Texts [batch, 1] → 1 where the text is the label, else 0: [batch, labels]. */
  | { readonly op: 'oneOf'; readonly labels: readonly string[] }
  /** Zeros, as many rows as its input. */
  | { readonly op: 'zeros' }
  | ({ readonly op: 'scan' } & Scan);

export type Unary =
  | 'relu' | 'sigmoid' | 'tanh' | 'erf' | 'exp' | 'log' | 'sqrt' | 'neg' | 'abs' | 'softplus' | 'elu' | 'selu' | 'isNaN' | 'not'; // biome-ignore format: one list

export type Binary = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'equal' | 'greater' | 'less' | 'or';

export type Pair = readonly [number, number];

/** Zeros before and after: top, left, bottom, right. */
export type Pads = readonly [number, number, number, number];

export interface Window {
  readonly strides: Pair;
  readonly pads: Pads;
}

/**
 * Steps along the second axis of sequences [batch, length, width]. Its inputs are the first states, then the sequences; its
 * outputs the last states, then, where it collects, the first state at each place: [batch, length, units].
 */
export interface Scan {
  readonly body: Body;
  /** Whether the sequences are read from their ends. */
  readonly backwards: boolean;
  /** Whether what is collected last stands first. */
  readonly turned: boolean;
  readonly collects: boolean;
}

/** One step of a scan. */
export interface Body {
  /** [batch, units] each. */
  readonly states: readonly Value[];
  /** One place of each sequence, [batch, width]. */
  readonly elements: readonly Value[];
  readonly nodes: readonly GraphNode[];
  /** One for each state. */
  readonly next: readonly Value[];
}
