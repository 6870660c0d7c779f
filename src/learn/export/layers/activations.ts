import { StageError } from '../../error.ts';
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { Convert, Given } from './given.ts';

/** An activation by TensorFlow.js's name. @throws StageError for one that no graph has. */
export const activated = (build: Builder, x: Value, { config, layer }: Pick<Given, 'config' | 'layer'>): Value => {
  const name = (config['activation'] ?? 'linear') as string;
  return activationNamed(name, layer.name)(build, x);
};

export const activationNamed = (name: string, layer: string): Activation => {
  const found = activations[name];
  if (found !== undefined) return found;
  throw new StageError(`layer "${layer}" has the activation "${name}", which cannot be exported`);
};

type Activation = (build: Builder, x: Value) => Value;

const plain =
  (fn: 'relu' | 'sigmoid' | 'tanh' | 'softplus' | 'elu' | 'selu'): Activation =>
  (build, x) =>
    build.unary(fn, x);

/** x · Φ(x) = x / 2 · (1 + erf(x / √2)) */
const gelu: Activation = (build, x) => {
  const erf = build.unary('erf', build.binary('mul', x, build.number(Math.SQRT1_2, x)));
  const half = build.binary('mul', x, build.number(0.5, x));
  return build.binary('mul', half, build.binary('add', erf, build.number(1, x)));
};

const clipped = (build: Builder, x: Value, most: number): Value =>
  build.binary('minimum', build.unary('relu', x), build.number(most, x));

const activations: Readonly<Record<string, Activation>> = {
  linear: (_, x) => x,
  relu: plain('relu'),
  relu6: (build, x) => clipped(build, x, 6),
  elu: plain('elu'),
  selu: plain('selu'),
  sigmoid: plain('sigmoid'),
  tanh: plain('tanh'),
  softplus: plain('softplus'),
  gelu,
  /** min(max(x / 5 + 1 / 2, 0), 1) */
  hardSigmoid: (build, x) =>
    clipped(build, build.binary('add', build.binary('mul', x, build.number(0.2, x)), build.number(0.5, x)), 1),
  /** x / (1 + |x|) */
  softsign: (build, x) => build.binary('div', x, build.binary('add', build.unary('abs', x), build.number(1, x))),
  swish: (build, x) => build.binary('mul', x, build.unary('sigmoid', x)),
  /** x · tanh(softplus(x)) */
  mish: (build, x) => build.binary('mul', x, build.unary('tanh', build.unary('softplus', x))),
  softmax: (build, x) => build.softmax(x),
};

/** x where it is positive, else its slope times what it is below 0. */
const leaky = ({ build, inputs }: Given, slope: Value): Value => {
  const x = inputs[0]!;
  const below = build.unary('relu', build.unary('neg', x));
  return build.binary('sub', build.unary('relu', x), build.binary('mul', slope, below));
};

/** Layers that are nothing but an activation. */
export const activationLayers: Readonly<Record<string, Convert>> = {
  Activation: (given) => activated(given.build, given.inputs[0]!, given),
  ReLU: ({ build, inputs, config }) => {
    const most = config['maxValue'] as number | null | undefined;
    return most == null ? build.unary('relu', inputs[0]!) : clipped(build, inputs[0]!, most);
  },
  LeakyReLU: (given) => leaky(given, given.build.number((given.config['alpha'] as number) ?? 0.3, given.inputs[0]!)),
  PReLU: (given) => leaky(given, given.weights.get('alpha')),
  /** TensorFlow.js has it with α = 1 alone. */
  ELU: ({ build, inputs }) => build.unary('elu', inputs[0]!),
  Softmax: (given) => {
    const axis = (given.config['axis'] as number | undefined) ?? -1;
    const x = given.inputs[0]!;
    if (axis === -1 || axis === x.shape.length - 1) return given.build.softmax(x);
    throw new StageError(
      `layer "${given.layer.name}" is a softmax over axis ${axis}: only the last one can be exported`,
    );
  },
};
