import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isNight, oneOfEach, seedOfRun } from '../rig/depth.ts';
import { makeProgram, type Program } from '../rig/program.ts';
import { type Contender, contenders, differenceOf, floatsOf, isSoftware, reference } from './backends.ts';
import type { Trained } from './programs/train.ts';
import { notInSuite } from './reached.ts';
import { large, small } from './trainings.ts';

// Whole training steps through the training loop, on each backend of this machine, held against plain JavaScript; and
// twice in processes of their own, for the same bits. That the trainings take every preset and optimizer, and the suite has
// every kernel that they reach on plain JavaScript, is held by test/tidy/kernels.test.ts. `make test` takes one training of
// each preset, and one by an optimizer other than SGD and Adam, other ones for each commit; `make nightly` takes all of them.

type Results = Readonly<Record<string, Trained>>;

let program: Program;
let right: Results;

const trained = async ({ choice, way, environment }: Contender, names: readonly string[]): Promise<Results> => {
  const { stdout } = await program.run([JSON.stringify(choice), way, ...names], { env: environment });
  return JSON.parse(stdout);
};

const seed = seedOfRun();

const kindOf = (name: string): string => {
  const { preset, optimizer } = small[name]!;
  return ['sgd', 'adam'].includes(optimizer) ? preset : 'by another optimizer';
};

const every = oneOfEach(Object.keys(small), kindOf, seed);

/** A software adapter compiles its shaders for seconds a training: by day two have to do. */
const namesFor = (contender: Contender): readonly string[] =>
  isSoftware(contender) && !isNight ? ['mlp', 'transformer'] : every;

/** TensorFlow draws dropout's masks from a generator of its own: another training, which ends elsewhere. */
const comparedFor = (contender: Contender): readonly string[] =>
  namesFor(contender).filter((name) => contender.name !== 'tensorflow' || small[name]!.dropout === 0);

/**
 * For the same bits: these give threads something to do, and take plain JavaScript minutes. By day one of them, compiled;
 * wasm's threads are held against each other in threads.test.ts.
 */
const largeFor = ({ name, way }: Contender): readonly string[] => {
  if (isNight) return name === 'webgpu' ? [] : Object.keys(large);
  return way === 'compiled' ? ['large mlp'] : [];
};

/** Trainings that a second process has to give the same bits of: by day two of the small ones. */
const againFor = (contender: Contender): readonly string[] =>
  isNight ? [...namesFor(contender), ...largeFor(contender)] : [...every.slice(0, 2), ...largeFor(contender)];

const only = (results: Results, names: readonly string[]): Results =>
  Object.fromEntries(names.map((name) => [name, results[name]!]));

/**
 * Six steps and what comes of them: losses to some ulp of float32, and weights as far as Adam carries them, whose first
 * steps have the size of the rate however small the gradient, and follow the sign of rounding errors where it is 0.
 */
const tolerances = { losses: 1e-5, weights: 1e-3 };

beforeAll(async () => {
  console.log(`${every.length} trainings of ${Object.keys(small).length}, seed ${seed}`);
  program = await makeProgram('test/parity/programs/train.ts');
  right = await trained(reference, [...new Set([...every, ...contenders.flatMap(namesFor)])]);
}, 300_000);
afterAll(() => program.remove());

describe.each(contenders)('$title', (contender) => {
  const here = contender.choice !== undefined;
  const names = namesFor(contender);
  const all = [...names, ...largeFor(contender)];
  let results: Results;
  beforeAll(async () => {
    if (here) results = await trained(contender, all);
  }, 300_000);

  test.skipIf(!here)('every kernel that a preset reaches is in the suite', () => {
    expect(notInSuite(Object.values(results).flatMap(({ reached }) => reached))).toEqual([]);
  });

  test.skipIf(!here)('steps are taken as is asked for', () => {
    expect(new Set(Object.values(results).map(({ way }) => way))).toEqual(new Set([contender.way]));
  });

  test.skipIf(!here)('no preset needs a kernel that it lacks', () => {
    expect(Object.values(results).flatMap(({ bridged }) => bridged)).toEqual([]);
  });

  test.skipIf(!here).each(comparedFor(contender))('%s: losses and weights', (name) => {
    const [found, wanted] = [results[name]!, right[name]!];
    const losses = differenceOf(Float32Array.from(found.losses), Float32Array.from(wanted.losses));
    expect(losses).toBeLessThan(tolerances.losses);
    expect(Object.keys(found.weights)).toEqual(Object.keys(wanted.weights));
    for (const [weight, text] of Object.entries(found.weights)) {
      expect(differenceOf(floatsOf(text), floatsOf(wanted.weights[weight]!)), weight).toBeLessThan(tolerances.weights);
    }
  });

  if (contender.name === 'webgpu') return; // It promises no equal bits.
  test.skipIf(!here)(
    'a second process gives the same bits',
    async () => {
      const again = againFor(contender);
      expect(await trained(contender, again)).toEqual(only(results, again));
    },
    300_000,
  );
});

test('cpu: a second process gives the same bits', async () => {
  const again = againFor(reference);
  expect(await trained(reference, again)).toEqual(only(right, again));
}, 300_000);
