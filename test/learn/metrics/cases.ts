import type { ActualBox, Box, DetectionImage, PredictedBox } from '../../../src/learn/metrics/detection-match.ts';

// The random cases of cases.py, by the same arithmetic from the same seeds.

/** Numerical Recipes' linear congruential generator: uniform in [0, 1). */
const drawing = (seed: number) => {
  let state = Number((BigInt(seed) * 2654435761n) % 2n ** 32n);
  const draw = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let skip = 0; skip < 3; skip += 1) draw();
  return { draw, below: (n: number): number => Math.floor(draw() * n) };
};

export const classesCase = (seed: number) => {
  const { draw, below } = drawing(seed);
  const classes = 2 + (seed % 5);
  const rows = 2 + below(80);
  const skill = draw() * 2;
  const actual = new Int32Array(rows);
  const probabilities = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row += 1) {
    const of = draw() < 0.5 ? below(classes) : 0;
    let weights = Array.from({ length: classes }, () => draw());
    weights[of]! += skill * draw();
    if (seed % 3 === 0) weights = weights.map((weight) => Math.floor(4 * weight) + 1);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    actual[row] = of;
    probabilities.set(
      weights.map((weight) => weight / total),
      row * classes,
    );
  }
  const costs = Array.from({ length: classes }, (_, i) =>
    Array.from({ length: classes }, (_, j) => (i === j ? 0 : 1 + i + 2 * j)),
  );
  const settings = { positive: classes - 1, beta: seed % 2 === 1 ? 0.5 : 2, topK: 2, quantile: 0.5, costs };
  return { set: { actual, probabilities, classes }, settings };
};

export const numbersCase = (seed: number) => {
  const { draw, below } = drawing(seed);
  const rows = 2 + below(40);
  const offset = [0, 100, -5][seed % 3]!;
  const noise = 3 * draw();
  const quantile = 0.1 + 0.8 * draw();
  const actual = Float32Array.from({ length: rows }, () => offset + 10 * (draw() - 0.5));
  return { actual, predicted: actual.map((value) => value + noise * (draw() - 0.5)), quantile };
};

export const labelsCase = (seed: number) => {
  const { draw, below } = drawing(seed);
  const rows = 2 + below(40);
  const labels = 2 + (seed % 4);
  const actual = Uint8Array.from({ length: rows * labels }, () => (draw() < 0.35 ? 1 : 0));
  const probabilities = Float64Array.from(actual, (is) =>
    seed % 2 === 1 ? Math.floor(10 * (draw() + 0.5 * is)) / 15 : (draw() + 0.5 * is) / 1.5,
  );
  return { actual, probabilities, labels, threshold: 0.5 };
};

export const boxesCase = (seed: number): readonly DetectionImage[] => {
  const { draw, below } = drawing(seed);
  return Array.from({ length: 1 + below(5) }, () => {
    const actual: ActualBox[] = [];
    const predicted: PredictedBox[] = [];
    for (let left = below(7); left > 0; left -= 1) {
      const side = [12, 50, 150][below(3)]!;
      const box: Box = [Math.floor(200 * draw()), Math.floor(200 * draw()), side + below(12), side + below(12)];
      const category = 1 + below(2);
      actual.push({ category, box, crowd: draw() < 0.12 });
      for (let guesses = below(3); guesses > 0; guesses -= 1) {
        const moved = box.map((value) => value + Math.trunc((draw() - 0.5) * (side / 2))) as unknown as Box;
        const score = Math.floor(20 * draw()) / 20;
        predicted.push({ category: draw() < 0.85 ? category : 3 - category, box: moved, score });
      }
    }
    return { actual, predicted };
  });
};
