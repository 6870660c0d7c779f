import { createHash } from 'node:crypto';

/**
 * Cuts a list into blocks at places that the elements themselves decide: after one the sha256 of whose name begins
 * with a zero byte, a block of 256 on average. So one more element changes the block that it falls into, and no other.
 * A block has at least 64 elements, but for the last, and at most 1,024. One that would have more is cut after the element
 * with the lowest sha256: if it were cut where it is full, one more element in it would move another into the next.
 *
 * @see A. Muthitacharoen, B. Chen, D. Mazières: A Low-bandwidth Network File System, SOSP 2001 (content-defined cuts).
 */
export const blocksOf = <Element>(elements: readonly Element[], nameOf: (element: Element) => string): Element[][] => {
  const blocks: Element[][] = [];
  let block: Element[] = [];
  let words: number[] = [];
  for (const element of elements) {
    block.push(element);
    words.push(firstWord(nameOf(element)));
    const isCut = (words.at(-1) as number) < 2 ** 24;
    if (block.length < fewest || (block.length < most && !isCut)) continue;
    const end = isCut ? block.length : lowestFrom(words, fewest - 1) + 1;
    blocks.push(block.slice(0, end));
    block = block.slice(end);
    words = words.slice(end);
  }
  return block.length === 0 ? blocks : [...blocks, block];
};

const fewest = 64;
const most = 1_024;

const firstWord = (name: string): number => createHash('sha256').update(name).digest().readUInt32BE(0);

/** The place of the lowest number that does not stand before another place. */
const lowestFrom = (numbers: readonly number[], from: number): number =>
  numbers.reduce((lowest, number, at) => (at > from && number < (numbers[lowest] as number) ? at : lowest), from);
