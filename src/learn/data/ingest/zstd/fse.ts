import type { BackwardBits, ForwardBits } from './bits.ts';

/** A table of finite state entropy: for each state a symbol, and how the next state is found. */
export interface FseTable {
  /** The number of states is 2 to this power. */
  readonly log: number;
  readonly symbols: Uint8Array;
  /** Bits to read for the next state. */
  readonly bits: Uint8Array;
  /** What these bits are added to. */
  readonly base: Uint16Array;
}

/** Reads how often each symbol occurs, in 2^log; -1: less than once. */
export const readCounts = (bits: ForwardBits, mostLog: number): { counts: number[]; log: number } => {
  const log = bits.read(4) + 5;
  if (log > mostLog) throw new RangeError('zstd: a table is too large');
  const counts: number[] = [];
  for (let left = 1 << log; left > 0; ) {
    if (counts.length > 255) throw new RangeError('zstd: a table has too many symbols');
    // Small values are written with a bit less, where that says enough.
    const width = 32 - Math.clz32(left + 1);
    const mask = (1 << (width - 1)) - 1;
    const spare = (1 << width) - 2 - left;
    let value = bits.read(width);
    if ((value & mask) < spare) {
      bits.back(1);
      value &= mask;
    } else if (value > mask) value -= spare;
    const count = value - 1;
    left -= Math.abs(count);
    counts.push(count);
    if (count !== 0) continue;
    for (let repeat = 3; repeat === 3; ) {
      repeat = bits.read(2);
      for (let index = 0; index < repeat; index += 1) counts.push(0);
    }
  }
  return { counts, log };
};

export const tableOf = ({ counts, log }: { readonly counts: readonly number[]; readonly log: number }): FseTable => {
  const size = 1 << log;
  const table = { log, symbols: new Uint8Array(size), bits: new Uint8Array(size), base: new Uint16Array(size) };
  const next = counts.map((count) => Math.abs(count));
  let high = size;
  counts.forEach((count, symbol) => {
    if (count !== -1) return;
    high -= 1;
    table.symbols[high] = symbol;
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let place = 0;
  counts.forEach((count, symbol) => {
    for (let index = 0; index < count; index += 1) {
      table.symbols[place] = symbol;
      do place = (place + step) & (size - 1);
      while (place >= high);
    }
  });
  for (let state = 0; state < size; state += 1) {
    const symbol = table.symbols[state] as number;
    const at = next[symbol] as number;
    next[symbol] = at + 1;
    const bits = log - 31 + Math.clz32(at);
    table.bits[state] = bits;
    table.base[state] = (at << bits) - size;
  }
  return table;
};

/** A table that has one symbol alone. */
export const tableOfOne = (symbol: number): FseTable => ({
  log: 0,
  symbols: Uint8Array.of(symbol),
  bits: Uint8Array.of(0),
  base: Uint16Array.of(0),
});

export const nextState = ({ bits: width, base }: FseTable, state: number, bits: BackwardBits): number =>
  (base[state] as number) + bits.read(width[state] as number);
