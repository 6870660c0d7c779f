// The table with the labels of train dealt out anew, so that none belongs to its row but by chance.
import { readFileSync, writeFileSync } from 'node:fs';

const { STEMMA_DEP_TABLE, STEMMA_OUT_TABLE } = process.env;
const [head, ...lines] = readFileSync(STEMMA_DEP_TABLE, 'utf8').trim().split('\n');
const rows = lines.map((line) => line.split(','));
const [digit, part] = [rows[0].length - 2, rows[0].length - 1];

/** Numbers from 0 to 1 by the multiplier of Park and Miller, Communications of the ACM 31 (1988). */
const sequence = (state) => () => {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
};

const chance = sequence(20);
const train = rows.filter((row) => row[part] === 'train');
for (let at = train.length - 1; at > 0; at--) {
  const other = Math.floor(chance() * (at + 1));
  [train[at][digit], train[other][digit]] = [train[other][digit], train[at][digit]];
}
writeFileSync(STEMMA_OUT_TABLE, `${[head, ...rows.map((row) => row.join(','))].join('\n')}\n`);
