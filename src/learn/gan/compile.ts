import * as tf from '@tensorflow/tfjs-core';
import { type GraphNode, neededFor, nodeOf, output, placeholder, stacked, type ValueName } from '../backends/tensorflow/graph.ts'; // biome-ignore format: one line
import { nativeBackend } from '../backends/tensorflow/native.ts';
import { rewritten } from '../backends/tensorflow/rewrite.ts';
import { refuseDifference, type Trace, trace } from '../backends/tensorflow/trace.ts';
import { type Held, reading, writing } from '../backends/tensorflow/variables.ts';
import type { Batch } from '../training/batches.ts';
import { scalarsOf, type Tensors } from '../training/transforms.ts';
import { assign } from '../training/variables.ts';
import { type Game, type Given, givenFor, givenNames, play, tensorsOf } from './play.ts';
import { moveOf, numbersAt, type Player, weightsOf } from './player.ts';

type Role = 'generator' | 'discriminator';
const roles: readonly Role[] = ['generator', 'discriminator'];

/** All that a turn changes, by names of its own: the weights of both, and what their optimizers remember. */
export const changingIn = (game: Game): Tensors =>
  Object.assign(
    {},
    ...roles.map((role) => changing(role, { weights: weightsOf(game[role]), state: game[role].state })),
  );

const changing = (role: Role, { weights, state }: { readonly weights: Tensors; readonly state: Tensors }): Tensors => ({
  ...Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [weightName(role, name), tensor])),
  ...Object.fromEntries(Object.entries(state).map(([name, tensor]) => [stateName(role, name), tensor])),
});

export const weightName = (role: Role, name: string): string => `${role}/weight/${name}`;
export const stateName = (role: Role, name: string): string => `${role}/state/${name}`;

/** A turn as a graph that reads and writes resource variables. */
export interface CompiledTurn {
  readonly nodes: readonly GraphNode[];
  /** The value that is fetched: [the generator's loss, the discriminator's, how many were told right]. */
  readonly result: ValueName;
  /** Both losses of the first batch, computed op by op. */
  readonly losses: readonly number[];
}

/**
 * Writes down one turn: the discriminator's step, and the generator's against the discriminator that has learned.
 *
 * It is traced twice, with other batches, seeds and places: whatever differs between the two would have been frozen into
 * the graph. Nothing of the game is changed.
 *
 * @param held what stands for each of `changingIn(game)`.
 * @param batches two of one size.
 * @throws Untraceable where it cannot be written down.
 */
export const compileTurn = (
  game: Game,
  held: Readonly<Record<string, Held>>,
  batches: readonly [Batch, Batch],
): CompiledTurn => {
  const [first, second] = batches.map((batch, at) => {
    const place = { step: trialStep + at, seed: at };
    return traceTurn(game, held, { ...place, given: givenFor(game, batch, place.seed) });
  }) as [Traced, Traced];
  refuseDifference(first.trace, second.trace);
  return assemble(game, held, first);
};

/** The step of the first batch when a turn is tried out. */
export const trialStep = 10;

/** Values that are fed. */
export const fed = (name: string): ValueName => output(`${prefix}${name}`);
export const fedNumber = (role: Role, name: string): ValueName => fed(`${role}/number/${name}`);
const prefix = 'turn/';
const reader = ({ index }: Held): string => `${prefix}read${index}`;

interface Traced {
  readonly trace: Trace;
  readonly given: Given;
  readonly losses: readonly number[];
}

interface Trying {
  readonly step: number;
  readonly given: Given;
}

const traceTurn = (game: Game, held: Readonly<Record<string, Held>>, { step, given }: Trying): Traced => {
  const tensors = tensorsOf(given);
  const at = tf.scalar(step, 'int32');
  const numbers = new Map(roles.map((role) => [game[role], scalarsOf(numbersAt(game[role], step))]));
  const before = roles.map((role) => copiesOf(weightsOf(game[role])));
  const kept: tf.Scalar[] = [];
  const inputs: Record<ValueName, tf.Tensor> = {
    ...Object.fromEntries(givenNames.map((name) => [fed(name), tensors[name]])),
    [fed('step')]: at,
    ...Object.fromEntries(
      roles.flatMap((role) =>
        Object.entries(numbers.get(game[role])!).map(([name, scalar]) => [fedNumber(role, name), scalar]),
      ),
    ),
    ...Object.fromEntries(
      Object.entries(changingIn(game)).map(([name, tensor]) => [output(reader(held[name]!)), tensor]),
    ),
  };
  const compute = (): Tensors => {
    const states = new Map<Player, Tensors>();
    const move = (player: Player, loss: () => tf.Scalar): tf.Scalar => {
      const { value, updates, state } = moveOf(player, numbers.get(player)!, loss);
      for (const [name, variable] of Object.entries(player.variables))
        variable.assign(tf.add(variable, updates[name]!));
      states.set(player, state);
      return value;
    };
    const { losses, right } = play(game, tensors, { step: at, move });
    kept.push(...losses.map((loss) => tf.keep(loss)), right);
    const [generator, discriminator] = losses;
    const after = roles.map((role) =>
      changing(role, { weights: weightsOf(game[role]), state: states.get(game[role])! }),
    );
    return Object.assign({ generator, discriminator, right }, ...after);
  };
  try {
    const found = trace(compute, { inputs, prefix });
    return { trace: found, given, losses: kept.slice(0, 2).map((loss) => loss.dataSync()[0]!) };
  } finally {
    roles.forEach((role, index) => {
      assign(weightsOf(game[role]), before[index]!);
      game[role].masks.step = 0;
    });
    tf.dispose([
      ...Object.values(tensors),
      at,
      ...[...numbers.values()].flatMap((each) => Object.values(each)),
      ...kept,
    ]);
  }
};

const copiesOf = (weights: Tensors): Tensors =>
  Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, tf.clone(weight)]));

const assemble = (
  game: Game,
  held: Readonly<Record<string, Held>>,
  { trace: { nodes, outputs }, given, losses }: Traced,
): CompiledTurn => {
  const { binding } = nativeBackend();
  const { TF_FLOAT: dtype, TF_INT32 } = binding;
  const inputs = [
    ...givenNames.map((name) => placeholder(nodeOf(fed(name)), { shape: given.shapes[name], dtype })),
    placeholder(nodeOf(fed('step')), { shape: [], dtype: TF_INT32 }),
    ...roles.flatMap((role) =>
      Object.keys(numbersAt(game[role], 0)).map((name) =>
        placeholder(nodeOf(fedNumber(role, name)), { shape: [], dtype }),
      ),
    ),
  ];
  const reads = Object.values(held).map((each) => reading(reader(each), each));
  const writes = writing(held, outputs, { prefix, reader });
  const values = [outputs['generator']!, outputs['discriminator']!, outputs['right']!];
  const result = stacked(`${prefix}result`, values, { dtype, after: writes });
  const all = rewritten([...inputs, ...reads, ...nodes, ...writes, result], binding);
  const roots = [result.name, ...inputs.map(({ name }) => name)];
  return { nodes: neededFor(all, roots), result: output(result.name), losses };
};
