import fc from 'fast-check';

// How deep exhaustive and random tests go. `make test` tries one case of each kind, other ones each time; `make nightly`
// tries them all. So that nothing is thinned unseen, whoever asks here says in the test's name or text what is left out.

/** Whether `make nightly` runs, which sets STEMMA_NIGHTLY. */
export const isNight = process.env['STEMMA_NIGHTLY'] !== undefined;

/** The same cases come again with a seed, which a test that fails has told, in STEMMA_SEED. */
export const seedOfRun = (): number => Number(process.env['STEMMA_SEED'] ?? Date.now() % 2 ** 31);

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
