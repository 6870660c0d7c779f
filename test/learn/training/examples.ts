import type { Examples } from '../../../src/learn/data/examples.ts';
import { stream } from '../../../src/learn/random.ts';

/** Clouds of points around corners of a cube, one corner a class: easy to tell apart, but not without training. */
export const clouds = (rows: number, seed: number, augment: Examples['augment'] = null): Examples => {
  const random = stream(seed);
  const target = Int32Array.from({ length: rows }, () => random.int(3));
  const features = new Float32Array(rows * 4);
  target.forEach((of, row) => {
    for (let at = 0; at < 4; at += 1) features[row * 4 + at] = (at === of ? 2 : 0) + random.normal();
  });
  return {
    ...{ ids: Array.from({ length: rows }, (_, row) => `row-${row}`), rows, featureShape: [4] },
    ...{
      featureNames: ['a', 'b', 'c', 'd'],
      features,
      target,
      targetName: 'corner',
      classes: ['x', 'y', 'z'],
      augment,
    },
  };
};

/** Images of 10×10 with a bright bar, upright or lying: two classes. */
export const bars = (rows: number, seed: number, augment: Examples['augment'] = null): Examples => {
  const random = stream(seed);
  const target = Int32Array.from({ length: rows }, () => random.int(2));
  const features = Float32Array.from({ length: rows * 100 }, () => random.next() / 2);
  target.forEach((of, row) => {
    const place = random.int(10);
    for (let at = 0; at < 10; at += 1) features[row * 100 + (of === 0 ? place * 10 + at : at * 10 + place)]! += 1;
  });
  return {
    ...{ ids: Array.from({ length: rows }, (_, row) => `row-${row}`), rows, featureShape: [10, 10, 1] },
    ...{ featureNames: ['image'], features, target, targetName: 'bar', classes: ['lying', 'upright'], augment },
  };
};

/** y = 2a − b + 3, with a little noise. */
export const plane = (rows: number, seed: number): Examples => {
  const random = stream(seed);
  const features = Float32Array.from({ length: rows * 2 }, () => random.normal());
  const target = Float32Array.from(
    { length: rows },
    (_, row) => 2 * features[2 * row]! - features[2 * row + 1]! + 3 + 0.01 * random.normal(),
  );
  return {
    ...{ ids: Array.from({ length: rows }, (_, row) => `row-${row}`), rows, featureShape: [2] },
    ...{ featureNames: ['a', 'b'], features, target, targetName: 'y', classes: null, augment: null },
  };
};

/** Texts of ids below 12, up to 6 long and padded with 0: of class 1 where id 5 is among them. */
export const texts = (rows: number, seed: number): Examples => {
  const random = stream(seed);
  const target = Int32Array.from({ length: rows }, () => random.int(2));
  const features = new Float32Array(rows * 6);
  target.forEach((of, row) => {
    const length = 2 + random.int(5);
    for (let at = 0; at < length; at += 1) features[row * 6 + at] = 6 + random.int(6);
    if (of === 1) features[row * 6 + random.int(length)] = 5;
  });
  return {
    ...{ ids: Array.from({ length: rows }, (_, row) => `row-${row}`), rows, featureShape: [6], featureNames: ['text'] },
    ...{ features, target, targetName: 'has-5', classes: ['no', 'yes'], augment: null, vocabulary: 12 },
  };
};

/** Windows of 5 places of two waves, and the value of the first wave at the place after. */
export const series = (rows: number, seed: number): Examples => {
  const random = stream(seed);
  const features = new Float32Array(rows * 10);
  const target = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const phase = 6 * random.next();
    for (let at = 0; at < 5; at += 1) {
      features[row * 10 + 2 * at] = Math.sin(phase + at);
      features[row * 10 + 2 * at + 1] = Math.cos(phase + at);
    }
    target[row] = Math.sin(phase + 5);
  }
  return {
    ...{ ids: Array.from({ length: rows }, (_, row) => `row-${row}`), rows, featureShape: [5, 2] },
    ...{ featureNames: ['window'], features, target, targetName: 'next', classes: null, augment: null },
  };
};
