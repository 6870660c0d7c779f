import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { blocksOf } from '../../../../src/learn/data/ingest/images/blocks.ts';

const names = Array.from({ length: 60_000 }, (_, index) => `images/${String(index).padStart(6, '0')}.png`);
const cut = (list: readonly string[]): string[][] => blocksOf(list, (name) => name);
const whole = cut(names);

it('hands all elements on, in blocks of 64 to 1,024 but for the last', () => {
  expect(whole.flat()).toEqual(names);
  expect(whole.slice(0, -1).every(({ length }) => length >= 64 && length <= 1024)).toBe(true);
  expect(whole.length).toBeGreaterThan(60_000 / 512);
});

it('changes one block where one element more falls into a full one, but where that one is a cut itself or moves one', () => {
  const isFull = (block: readonly string[]) => createHash('sha256').update(block.at(-1)!).digest()[0] !== 0;
  const full = whole.flatMap((block, index) => (index < whole.length - 2 && isFull(block) ? [index] : []));
  expect(full.length).toBeGreaterThan(2);
  const changed = full.flatMap((index) => {
    const before = whole.slice(index, index + 3);
    const known = new Set(before.map((block) => block.join('|')));
    return Array.from({ length: 20 }, (_, nth) => {
      const list = before.flat();
      list.splice(40 * nth + 1, 0, `${list[40 * nth]}.more`);
      return cut(list).filter((block) => !known.has(block.join('|'))).length;
    });
  });
  expect(changed.filter((count) => count === 1).length / changed.length).toBeGreaterThan(0.9);
});
