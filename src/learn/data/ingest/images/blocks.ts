import { createHash } from 'node:crypto';

/**
 * Cuts a list into blocks at places that the elements themselves decide: after one the sha256 of whose name begins
 * with a zero byte, a block of 256 on average. So one more element changes the block that it falls into, and no other.
 * A block has at least 64 elements, but for the last, and at most 1,024.
 *
 * @see A. Muthitacharoen, B. Chen, D. Mazières: A Low-bandwidth Network File System, SOSP 2001 (content-defined cuts).
 */
export const blocksOf = <Element>(elements: readonly Element[], nameOf: (element: Element) => string): Element[][] => {
  const blocks: Element[][] = [];
  let block: Element[] = [];
  for (const element of elements) {
    block.push(element);
    if (block.length < fewest || (block.length < most && !isCut(nameOf(element)))) continue;
    blocks.push(block);
    block = [];
  }
  return block.length === 0 ? blocks : [...blocks, block];
};

const fewest = 64;
const most = 1_024;

const isCut = (name: string): boolean => createHash('sha256').update(name).digest()[0] === 0;
