import { BackwardBits, ForwardBits } from './bits.ts';
import { nextState, readCounts, tableOf } from './fse.ts';

/** A code: for each piece of `log` bits, the symbol that it begins with, and how many bits that takes. */
export interface HuffmanTable {
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly lengths: Uint8Array;
}

/** Reads the weights of a code, packed or as they are; `bytes` is how many they took. */
export const readHuffman = (from: Uint8Array): { table: HuffmanTable; bytes: number } => {
  const head = from[0] ?? 0;
  const bytes = 1 + (head < 128 ? head : (head - 126) >> 1);
  if (bytes > from.length) throw new RangeError('zstd: a code is cut off');
  const body = from.subarray(1, bytes);
  const weights =
    head < 128
      ? packedWeights(body)
      : Array.from({ length: head - 127 }, (_, at) => ((body[at >> 1] as number) >> (at % 2 === 0 ? 4 : 0)) & 15);
  return { table: codeOf(weights), bytes };
};

/** Two states take turns. */
const packedWeights = (bytes: Uint8Array): number[] => {
  const forward = new ForwardBits(bytes);
  const table = tableOf(readCounts(forward, 6));
  const bits = new BackwardBits(bytes.subarray(forward.bytesRead));
  const states = [bits.read(table.log), bits.read(table.log)];
  const weights: number[] = [];
  for (let turn = 0; weights.length < 255; turn = 1 - turn) {
    weights.push(table.symbols[states[turn] as number] as number);
    states[turn] = nextState(table, states[turn] as number, bits);
    if (bits.left >= 0) continue;
    weights.push(table.symbols[states[1 - turn] as number] as number);
    return weights;
  }
  throw new RangeError('zstd: a code has too many symbols');
};

/** The last symbol has what the others leave; the longest codes come first, then those with the lower symbols. */
const codeOf = (given: readonly number[]): HuffmanTable => {
  const sum = given.reduce((total, weight) => total + (weight === 0 ? 0 : 2 ** (weight - 1)), 0);
  if (sum === 0) throw new RangeError('zstd: a code is damaged');
  const log = 32 - Math.clz32(sum);
  const left = 2 ** log - sum;
  if (log > 11 || (left & (left - 1)) !== 0) throw new RangeError('zstd: a code is damaged');
  const weights = [...given, 32 - Math.clz32(left)];
  const table = { log, symbols: new Uint8Array(1 << log), lengths: new Uint8Array(1 << log) };
  let at = 0;
  for (let weight = 1; weight <= log; weight += 1) {
    weights.forEach((each, symbol) => {
      if (each !== weight) return;
      table.symbols.fill(symbol, at, at + 2 ** (weight - 1));
      table.lengths.fill(log + 1 - weight, at, at + 2 ** (weight - 1));
      at += 2 ** (weight - 1);
    });
  }
  return table;
};

/** Fills `to` with what a stream says, which has to end with it. */
export const decodeHuffman = ({ log, symbols, lengths }: HuffmanTable, stream: Uint8Array, to: Uint8Array): void => {
  const bits = new BackwardBits(stream);
  for (let at = 0; at < to.length; at += 1) {
    const code = bits.peek(log);
    to[at] = symbols[code] as number;
    bits.left -= lengths[code] as number;
  }
  if (bits.left !== 0) throw new RangeError('zstd: a stream of literals is damaged');
};
