import { type Stream, stream } from '../random.ts';
import type { InitializerConfig } from './layers/own-layer.ts';

/**
 * Keras's initializers by their names in its own files, with their defaults, as they stand in a model's file.
 *
 * @see K. He et al.: Delving Deep into Rectifiers, ICCV 2015 (he); X. Glorot, Y. Bengio: Understanding the Difficulty of
 * Training Deep Feedforward Neural Networks, AISTATS 2010 (glorot); A. Saxe et al.: Exact Solutions to the Nonlinear
 * Dynamics of Learning, ICLR 2014 (orthogonal).
 */
export const initializerConfigs = {
  zeros: { className: 'Zeros', config: {} },
  ones: { className: 'Ones', config: {} },
  random_uniform: { className: 'RandomUniform', config: { minval: -0.05, maxval: 0.05 } },
  random_normal: { className: 'RandomNormal', config: { mean: 0, stddev: 0.05 } },
  truncated_normal: { className: 'TruncatedNormal', config: { mean: 0, stddev: 0.05 } },
  glorot_uniform: scaling(1, 'fanAvg', 'uniform'),
  glorot_normal: scaling(1, 'fanAvg', 'normal'),
  he_uniform: scaling(2, 'fanIn', 'uniform'),
  he_normal: scaling(2, 'fanIn', 'normal'),
  lecun_uniform: scaling(1, 'fanIn', 'uniform'),
  lecun_normal: scaling(1, 'fanIn', 'normal'),
  orthogonal: { className: 'Orthogonal', config: { gain: 1 } },
} as const satisfies Readonly<Record<string, InitializerConfig>>;

export type InitializerName = keyof typeof initializerConfigs;

function scaling(scale: number, mode: 'fanIn' | 'fanAvg', distribution: 'uniform' | 'normal') {
  return { className: 'VarianceScaling', config: { scale, mode, distribution } } as const;
}

/** Numbers of a weight by its initializer. */
export const draw = (
  { className, config }: InitializerConfig,
  shape: readonly number[],
  seed: number,
): Float32Array => {
  const make = makers[className];
  if (make === undefined) throw new Error(`there is no initializer ${className}`);
  return make(config as Numbers, shape, stream(seed));
};

export const isKnownInitializer = (className: string): boolean => className in makers;

type Numbers = Readonly<Record<string, number>>;
type Make = (config: Numbers, shape: readonly number[], random: Stream) => Float32Array;

const filled = (shape: readonly number[], next: () => number): Float32Array =>
  Float32Array.from({ length: shape.reduce((all, size) => all * size, 1) }, next);

const uniform = (shape: readonly number[], [from, to]: readonly [number, number], random: Stream): Float32Array =>
  from === -to
    ? filled(shape, () => (2 * random.next() - 1) * to)
    : filled(shape, () => from + random.next() * (to - from));

/** Normal, drawn again where it is more than two deviations from the mean. */
const truncated = (random: Stream): number => {
  for (;;) {
    const value = random.normal();
    if (Math.abs(value) <= 2) return value;
  }
};

/** Deviation of a standard normal number that is cut at two. */
const cutDeviation = 0.87962566103423978;

const varianceScaling = (
  {
    scale = 1,
    mode,
    distribution,
  }: { readonly scale?: number; readonly mode?: string; readonly distribution?: string },
  shape: readonly number[],
  random: Stream,
): Float32Array => {
  const { fanIn, fanOut } = fansOf(shape);
  const fan = mode === 'fanIn' ? fanIn : mode === 'fanOut' ? fanOut : (fanIn + fanOut) / 2;
  if (distribution === 'uniform') {
    const limit = Math.sqrt((3 * scale) / Math.max(1, fan));
    return uniform(shape, [-limit, limit], random);
  }
  const deviation = Math.sqrt(scale / Math.max(1, fan)) / cutDeviation;
  return filled(shape, () => truncated(random) * deviation);
};

/** Of [inputs, outputs], or [...window, inputs, outputs], whose fans are those of the whole window. */
const fansOf = (shape: readonly number[]): { readonly fanIn: number; readonly fanOut: number } => {
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const window = shape.slice(0, -2).reduce((all, size) => all * size, 1);
  const [inputs, outputs] = shape.slice(-2) as [number, number];
  return { fanIn: window * inputs, fanOut: window * outputs };
};

/** Orthonormal rows or columns, whichever are fewer, of the matrix [all but the last axis, last axis], times `gain`. */
const orthogonal: Make = ({ gain = 1 }, shape, random) => {
  const columns = shape.at(-1)!;
  const rows = shape.slice(0, -1).reduce((all, size) => all * size, 1);
  const [many, few] = [Math.max(rows, columns), Math.min(rows, columns)];
  const basis: Float64Array[] = [];
  for (let index = 0; index < few; index += 1) {
    const vector = Float64Array.from({ length: many }, () => random.normal());
    // Once leaves rounding errors along the others; twice is enough.
    for (let pass = 0; pass < 2; pass += 1) for (const other of basis) remove(other, vector);
    const length = Math.sqrt(dot(vector, vector));
    basis.push(vector.map((value) => value / length));
  }
  const at = rows >= columns ? (row: number, column: number) => basis[column]![row]! : (row: number, column: number) => basis[row]![column]!; // biome-ignore format: one line
  return Float32Array.from({ length: rows * columns }, (_, index) => gain * at(Math.floor(index / columns), index % columns)); // biome-ignore format: one line
};

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += a[at]! * b[at]!;
  return sum;
};

/** Takes out of a vector what lies along another of length 1. */
const remove = (unit: Float64Array, from: Float64Array): void => {
  const share = dot(unit, from);
  for (let at = 0; at < from.length; at += 1) from[at]! -= share * unit[at]!;
};

const makers: Readonly<Record<string, Make>> = {
  Zeros: (_, shape) => filled(shape, () => 0),
  Ones: (_, shape) => filled(shape, () => 1),
  Constant: ({ value = 0 }, shape) => filled(shape, () => value),
  RandomUniform: ({ minval = -0.05, maxval = 0.05 }, shape, random) => uniform(shape, [minval, maxval], random),
  RandomNormal: ({ mean = 0, stddev = 0.05 }, shape, random) => filled(shape, () => mean + stddev * random.normal()),
  TruncatedNormal: ({ mean = 0, stddev = 0.05 }, shape, random) =>
    filled(shape, () => mean + stddev * truncated(random)),
  VarianceScaling: (config, shape, random) => varianceScaling(config, shape, random),
  Orthogonal: orthogonal,
};
