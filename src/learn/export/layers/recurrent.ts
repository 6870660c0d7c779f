import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { activationNamed } from './activations.ts';
import type { Convert, Given, LayerWeights, Mask } from './given.ts';

type CellName = 'SimpleRNN' | 'LSTM' | 'GRU';

/** One direction of a recurrent layer. */
interface Reading {
  readonly cell: CellName;
  readonly settings: Readonly<Record<string, unknown>>;
  /** What stands before the names of its weights. */
  readonly prefix: string;
  readonly backwards: boolean;
  /** Whether what it gives at the place that is read last stands first. */
  readonly turned: boolean;
}

/** What it gives at each place [batch, length, units], or at the last [batch, units]; a masked place changes no state. */
const read = ({ build, inputs, masks, weights, layer }: Given, reading: Reading): Value => {
  const { cell, settings, prefix, backwards, turned } = reading;
  const [x, mask] = [inputs[0]!, masks[0] ?? null];
  const collects = settings['returnSequences'] === true;
  const kernels = kernelsOf(build, weights, { prefix, cell });
  const act = (name: string) => activationNamed(settings[name] as string, layer.name);
  const computing = {
    ...{ activation: act('activation'), recurrentActivation: act('recurrentActivation'), ...kernels },
    resetAfter: settings['resetAfter'] === true,
  };
  const product = build.matMul(x, weights.get(`${prefix}kernel`));
  const projected = kernels.inputBias === undefined ? product : build.binary('add', product, kernels.inputBias);

  const units = kernels.units;
  const zeros = build.zeros(projected, units);
  const states = cell === 'LSTM' ? [zeros, zeros] : [zeros];
  const sequences = [projected, ...maskSequence(build, mask)];
  const step = (inner: Builder, before: readonly Value[], [place, seen]: readonly Value[]): readonly Value[] => {
    const next = cells[cell](inner, { x: place!, states: before }, computing);
    return seen === undefined ? next : next.map((state, at) => blended(inner, [before[at]!, state], seen));
  };
  const outputs = build.scan(states, sequences, { backwards, turned, collects, step });
  return collects ? outputs.at(-1)! : outputs[0]!;
};

const maskSequence = (build: Builder, mask: Mask): readonly Value[] =>
  mask === null ? [] : [build.reshape(mask, [null, mask.shape[1]!, 1])];

/** The state before where the mask is 0, the new one where it is 1. */
const blended = (build: Builder, [before, after]: readonly [Value, Value], mask: Value): Value =>
  build.binary('add', before, build.binary('mul', mask, build.binary('sub', after, before)));

interface Kernels {
  readonly units: number;
  /** [gates × units] */
  readonly inputBias: Value | undefined;
  /** [units, gates × units] */
  readonly recurrent: Value;
  /** Of a GRU whose reset gate comes after, what is added to the recurrent products, [gates × units]. */
  readonly recurrentBias: Value | undefined;
  /** Of a GRU whose reset gate comes before: its kernel of the gates, and that of the candidate. */
  readonly halves: readonly [Value, Value] | undefined;
}

const kernelsOf = (
  build: Builder,
  weights: LayerWeights,
  { prefix, cell }: { readonly prefix: string; readonly cell: CellName },
): Kernels => {
  const kernel = weights.read(`${prefix}recurrent_kernel`);
  const [units, width] = kernel.shape as [number, number];
  const recurrent = weights.get(`${prefix}recurrent_kernel`);
  const bias = weights.has(`${prefix}bias`) ? weights.read(`${prefix}bias`) : undefined;
  const isAfter = bias?.shape.length === 2;
  const row = (at: number) =>
    bias && build.weight(`${prefix}bias`, { ...bias, values: bias.values.slice(at * width, (at + 1) * width), shape: [width] }); // biome-ignore format: one call
  const halved = cell === 'GRU' ? halves(kernel.values, units) : undefined;
  return {
    ...{ units, recurrent, inputBias: row(0), recurrentBias: isAfter ? row(1) : undefined },
    halves: halved && [
      build.weight(`${prefix}recurrent_gates`, { ...kernel, values: halved[0], shape: [units, 2 * units] }),
      build.weight(`${prefix}recurrent_candidate`, { ...kernel, values: halved[1], shape: [units, units] }),
    ],
  };
};

/** The columns of the two gates, and those of the candidate. */
const halves = (kernel: Float32Array, units: number): readonly [Float32Array, Float32Array] => {
  const columns = (from: number, to: number) =>
    Float32Array.from({ length: units * (to - from) }, (_, at) => {
      const [row, column] = [Math.floor(at / (to - from)), at % (to - from)];
      return kernel[row * 3 * units + from + column]!;
    });
  return [columns(0, 2 * units), columns(2 * units, 3 * units)];
};

type Act = ReturnType<typeof activationNamed>;

interface Computing extends Kernels {
  readonly activation: Act;
  readonly recurrentActivation: Act;
  /** Of a GRU. */
  readonly resetAfter: boolean;
}

interface Place {
  /** x W + b at this place, [batch, gates × units]. */
  readonly x: Value;
  readonly states: readonly Value[];
}

type Step = (build: Builder, place: Place, computing: Computing) => readonly Value[];

const parts = (build: Builder, x: Value, count: number): readonly Value[] => {
  const size = x.shape[1]! / count;
  return Array.from({ length: count }, (_, at) => build.slice(x, { axis: 1, begin: at * size, end: (at + 1) * size }));
};

/** As models/layers/recurrent-cells.ts computes them, formula by formula. */
const cells: Readonly<Record<CellName, Step>> = {
  SimpleRNN: (build, { x, states: [h] }, { recurrent, activation }) => [
    activation(build, build.binary('add', x, build.matMul(h!, recurrent))),
  ],
  LSTM: (build, { x, states: [h, c] }, { recurrent, activation, recurrentActivation }) => {
    const all = build.binary('add', x, build.matMul(h!, recurrent));
    const [input, forget, candidate, output] = parts(build, all, 4) as [Value, Value, Value, Value];
    const kept = build.binary('mul', recurrentActivation(build, forget), c!);
    const added = build.binary('mul', recurrentActivation(build, input), activation(build, candidate));
    const next = build.binary('add', kept, added);
    return [build.binary('mul', recurrentActivation(build, output), activation(build, next)), next];
  },
  GRU: (build, { x, states: [h] }, computing) => {
    const { recurrentActivation, activation, recurrent, recurrentBias, halves: own, resetAfter } = computing;
    const [xz, xr, xh] = parts(build, x, 3) as [Value, Value, Value];
    const gate = (a: Value, b: Value) => recurrentActivation(build, build.binary('add', a, b));
    const blend = (z: Value, found: Value): readonly Value[] => {
      const rest = build.binary('mul', build.binary('sub', build.number(1, z), z), found);
      return [build.binary('add', build.binary('mul', z, h!), rest)];
    };
    if (resetAfter) {
      const product = build.matMul(h!, recurrent);
      const all = recurrentBias === undefined ? product : build.binary('add', product, recurrentBias);
      const [rz, rr, rh] = parts(build, all, 3) as [Value, Value, Value];
      const found = build.binary('add', xh, build.binary('mul', gate(xr, rr), rh));
      return blend(gate(xz, rz), activation(build, found));
    }
    const [gates, last] = own!;
    const [rz, rr] = parts(build, build.matMul(h!, gates), 2) as [Value, Value];
    const found = build.matMul(build.binary('mul', gate(xr, rr), h!), last);
    return blend(gate(xz, rz), activation(build, build.binary('add', xh, found)));
  },
};

const alone =
  (cell: CellName): Convert =>
  (given) =>
    read(given, { cell, settings: given.config, prefix: '', backwards: given.config['goBackwards'] === true, turned: false }); // biome-ignore format: one call

const bidirectional: Convert = (given) => {
  const { layer, mergeMode } = given.config as unknown as Wrapping;
  const { className: cell, config: settings } = layer;
  const goBackwards = settings['goBackwards'] === true;
  const name = (settings['name'] as string | undefined) ?? cell.toLowerCase();
  const reading = (backwards: boolean, direction: string): Value =>
    read(given, {
      ...{ cell, settings, prefix: `${direction}_${name}/`, backwards },
      // So that both stand in the first one's order of reading.
      turned: direction === 'backward',
    });
  const [forward, backward] = [reading(goBackwards, 'forward'), reading(!goBackwards, 'backward')];
  const { build } = given;
  if (mergeMode === 'concat') return build.concat([forward, backward], forward.shape.length - 1);
  const both = build.binary(mergeMode === 'mul' ? 'mul' : 'add', forward, backward);
  return mergeMode === 'ave' ? build.binary('mul', both, build.number(0.5, both)) : both;
};

interface Wrapping {
  readonly layer: { readonly className: CellName; readonly config: Readonly<Record<string, unknown>> };
  readonly mergeMode: 'concat' | 'sum' | 'mul' | 'ave';
}

export const recurrentLayers: Readonly<Record<string, Convert>> = {
  SimpleRNN: alone('SimpleRNN'),
  LSTM: alone('LSTM'),
  GRU: alone('GRU'),
  Bidirectional: bidirectional,
};
