import { randomInt } from 'node:crypto';
import { execaSync } from 'execa';
import fc from 'fast-check';

// How deep exhaustive and random tests go. `make test` tries one case of each kind, other ones for each commit; `make
// nightly` tries them all. So that nothing is thinned unseen, whoever asks here says in the test's name or text what is
// left out.

/** Whether `make nightly` runs, which sets STEMMA_NIGHTLY. */
export const isNight = process.env['STEMMA_NIGHTLY'] !== undefined;

/**
 * What draws the cases, below 2³¹. By day the commit decides, so that what fails on one machine fails on another; by
 * night, and where there is no commit, it is another each time. A test that fails tells it, and in STEMMA_SEED it comes
 * again.
 */
export const seedOfRun = (): number =>
  Number(process.env['STEMMA_SEED'] ?? (isNight ? undefined : seedOfCommit()) ?? randomInt(2 ** 31));

const seedOfCommit = (): number | undefined => {
  const { failed, stdout } = execaSync('git', ['rev-parse', 'HEAD'], { cwd: import.meta.dirname, reject: false });
  return failed ? undefined : Number.parseInt(stdout.slice(0, 7), 16);
};

/** All by night; by day one of each kind, drawn by the seed, in the order of `items`. */
export const oneOfEach = <Item>(items: readonly Item[], kindOf: (item: Item) => string, seed: number): Item[] => {
  if (isNight) return [...items];
  const drawn = [...new Set(items.map(kindOf))].flatMap((kind) => {
    const alike = items.filter((item) => kindOf(item) === kind);
    return fc.sample(fc.constantFrom(...alike), { numRuns: 1, seed });
  });
  return items.filter((item) => drawn.includes(item));
};

/** All by night; by day each nth, beginning with one of the first n that the seed draws. */
export const oneInEach = <Item>(n: number, items: readonly Item[], seed: number): Item[] =>
  items.filter((_, i) => isNight || (i + seed) % n === 0);
