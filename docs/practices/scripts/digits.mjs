// Digits of MNIST as a table: 7 by 7 means of their pixels, the digit, and the part that a row is for. Something can be
// wrong with it, as with tables that people make.
import { readFileSync, writeFileSync } from 'node:fs';

const order = JSON.parse(readFileSync(process.env.STEMMA_ORDER, 'utf8'));
// train, validation, test: rows of each. wrong: how likely a row of train has the label of the next digit. right: of the
// first so many rows of train, those that are right are kept, and no others. rare: one digit against all others, of which
// every fifth is left. noted: a column, filled in afterwards from the label, for all but test.
const { train, validation, test = 0, wrong = 0, right = 0, rare = null, noted = false } = order.params;

const pixels = readFileSync(`${process.env.STEMMA_DEP_IMAGES}/train-images-idx3-ubyte`).subarray(16);
const labels = readFileSync(`${process.env.STEMMA_DEP_IMAGES}/train-labels-idx1-ubyte`).subarray(8);

/** Numbers from 0 to 1 by the multiplier of Park and Miller, Communications of the ACM 31 (1988). */
const sequence = (state) => () => {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
};

const pooled = (image) =>
  Array.from({ length: 49 }, (_, cell) => {
    const [row, column] = [4 * Math.floor(cell / 7), 4 * (cell % 7)];
    let sum = 0;
    for (let y = 0; y < 4; y++) for (let x = 0; x < 4; x++) sum += image[(row + y) * 28 + column + x];
    return Math.round(sum / 16);
  });

const chance = sequence(20);
const columns = [...Array.from({ length: 49 }, (_, at) => `p${at}`), ...(noted ? ['noted'] : []), 'digit', 'part'];
const lines = [columns.join(',')];
const mistaken = [];
let [seen, met] = [0, 0];
for (let image = 0; seen < train + validation + test; image++) {
  const isRare = labels[image] === rare;
  if (isRare && met++ % 5 !== 0) continue;
  const part = seen < train ? 'train' : seen < train + validation ? 'validation' : 'test';
  const isWrong = part === 'train' && chance() < wrong;
  const at = seen++;
  if (right > 0 && part === 'train' && (isWrong || at >= right)) continue;
  if (isWrong) mistaken.push(lines.length - 1);
  // A careless person takes a thing for the one that comes next to it, not for any other.
  const digit = isWrong ? (labels[image] + 1) % 10 : labels[image];
  const label = rare === null ? `d${digit}` : isRare ? 'rare' : 'other';
  const note = noted ? [part === 'test' ? 'none' : label] : [];
  lines.push([...pooled(pixels.subarray(image * 784, (image + 1) * 784)), ...note, label, part].join(','));
}
writeFileSync(process.env.STEMMA_OUT_TABLE, `${lines.join('\n')}\n`);
writeFileSync(process.env.STEMMA_OUT_MISTAKEN, `${mistaken.join('\n')}\n`);
