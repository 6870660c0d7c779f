import { hold, openHolding, tryGraph } from '../backends/tensorflow/holding-session.ts';
import { nativeBackend } from '../backends/tensorflow/native.ts';
import type { Batch } from '../training/batches.ts';
import { assign } from '../training/variables.ts';
import { changingIn, compileTurn, fed, fedNumber, stateName, trialStep, weightName } from './compile.ts'; // biome-ignore format: one line
import { type Game, givenFor, givenNames } from './play.ts';
import { numbersAt, remember, weightsOf } from './player.ts';
import { type Place, type Turns, turnOf } from './turn.ts';

/**
 * The whole turn as one graph of TensorFlow's, run with one call; the weights of both players, and what their optimizers
 * remember, stay in its session. For the backend `tensorflow`.
 *
 * @param samples two batches of the size that all have, to try a turn on.
 * @throws Untraceable with the reason why a turn cannot be compiled; then nothing has changed.
 */
export const compiledTurns = (game: Game, samples: readonly [Batch, Batch]): Turns => {
  const held = hold(changingIn(game), 0);
  const turn = compileTurn(game, held, samples);
  const session = openHolding(Object.values(held), turn.nodes);
  const run = (batch: Batch, place: Place): number[] => [...session.fetch(feedsOf(game, batch, place), turn.result)];
  try {
    session.set(held, changingIn(game));
    tryGraph(() => run(samples[0], { step: trialStep, seed: 0 }), turn.losses);
    session.set(held, changingIn(game));
  } catch (error) {
    session.close();
    throw error;
  }
  return {
    way: 'compiled',
    take: async (batch, place) => turnOf(run(batch, place), { step: place.step, rows: batch.rows }),
    settle: () => {
      const values = session.get(held);
      for (const role of ['generator', 'discriminator'] as const) {
        const player = game[role];
        const now = <Of>(of: Readonly<Record<string, Of>>, named: typeof weightName) =>
          Object.fromEntries(Object.keys(of).map((name) => [name, values[named(role, name)]!]));
        const state = now(player.state, stateName);
        assign(weightsOf(player), now(weightsOf(player), weightName));
        remember(player, state);
      }
    },
    close: () => session.close(),
  };
};

const feedsOf = (game: Game, batch: Batch, { step, seed }: Place): Record<string, number> => {
  const { binding } = nativeBackend();
  const given = givenFor(game, batch, seed);
  const tensors = givenNames.map(
    (name) => [fed(name), binding.createTensor(given.shapes[name], binding.TF_FLOAT, given[name])] as const,
  );
  const numbers = (['generator', 'discriminator'] as const).flatMap((role) =>
    Object.entries(numbersAt(game[role], step)).map(
      ([name, value]) =>
        [fedNumber(role, name), binding.createTensor([], binding.TF_FLOAT, Float32Array.of(value))] as const,
    ),
  );
  const at = binding.createTensor([], binding.TF_INT32, Int32Array.of(step));
  return Object.fromEntries([...tensors, [fed('step'), at], ...numbers]);
};
