import { derive, shuffle, stream } from '../../random.ts';

/**
 * How often each row is kept, so that its class has as many rows as it is to have: some not at all, or some more than
 * once. Which, is by chance; each is as often as the others, but for one.
 *
 * @param labels of all rows, in order; null: no class, kept once.
 * @param goals rows of each class.
 */
export const repetitionsOf = (
  labels: readonly (string | null)[],
  goals: ReadonlyMap<string, number>,
  seed: number,
): Int32Array => {
  const repetitions = new Int32Array(labels.length).fill(1);
  for (const [label, goal] of goals) {
    const rows = Int32Array.from(labels.flatMap((other, row) => (other === label ? [row] : [])));
    const whole = Math.floor(goal / rows.length);
    const chosen = shuffle(rows.slice(), stream(derive(seed, label))).subarray(0, goal % rows.length);
    for (const row of rows) repetitions[row] = whole;
    for (const row of chosen) repetitions[row]! += 1;
  }
  return repetitions;
};
