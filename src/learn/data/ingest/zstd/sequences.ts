import { type BackwardBits, ForwardBits } from './bits.ts';
import { type FseTable, nextState, readCounts, tableOf, tableOfOne } from './fse.ts';

/** What a block says of its sequences: how many, by which tables, and their bits. */
export interface Sequences {
  readonly count: number;
  readonly tables: { readonly lengths: Coded; readonly offsets: Coded; readonly matches: Coded };
  readonly stream: Uint8Array;
}

/** How one part of a sequence is written: a table of codes, and what each of these stands for. */
export class Coded {
  constructor(
    readonly table: FseTable | null,
    readonly values: Values,
  ) {}

  start(bits: BackwardBits): Reading {
    if (this.table === null) throw new RangeError('zstd: a block takes over a table that is not there');
    return new Reading(this.table, this.values, bits);
  }
}

/** A part of the sequences while it is read. */
class Reading {
  #state: number;

  constructor(
    readonly table: FseTable,
    readonly values: Values,
    bits: BackwardBits,
  ) {
    this.#state = bits.read(table.log);
  }

  symbol(): number {
    return this.table.symbols[this.#state] as number;
  }

  value(bits: BackwardBits): number {
    const symbol = this.symbol();
    return (this.values.base[symbol] as number) + bits.read(this.values.bits[symbol] as number);
  }

  next(bits: BackwardBits): void {
    this.#state = nextState(this.table, this.#state, bits);
  }
}

/** For each code the least value that it stands for, and how many bits say how much more; and where no table is written. */
interface Values {
  readonly base: readonly number[];
  readonly bits: readonly number[];
  readonly mostLog: number;
  readonly usual: { readonly counts: readonly number[]; readonly log: number };
}

const valuesFrom = (first: number, bits: readonly number[]): Pick<Values, 'base' | 'bits'> => {
  let next = first;
  const base = bits.map((width) => {
    next += 2 ** width;
    return next - 2 ** width;
  });
  return { base, bits };
};

const times = (count: number, value: number): number[] => new Array<number>(count).fill(value);

/** Lengths of literals: codes 0 to 15 are themselves. */
const lengths: Values = {
  ...valuesFrom(0, [...times(16, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]),
  mostLog: 9,
  usual: {
    counts: [4, 3, ...times(11, 2), 1, 1, 1, ...times(9, 2), 3, 2, ...times(5, 1), ...times(4, -1)],
    log: 6,
  },
};

/** Lengths of matches: 3 and more. */
const matches: Values = {
  ...valuesFrom(3, [...times(32, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]),
  mostLog: 9,
  usual: { counts: [1, 4, 3, ...times(6, 2), ...times(37, 1), ...times(7, -1)], log: 6 },
};

/** A code is the number of bits itself. */
const offsets: Values = {
  base: [],
  bits: [],
  mostLog: 8,
  usual: { counts: [...times(6, 1), 2, 2, 2, ...times(15, 1), ...times(5, -1)], log: 5 },
};

export const startTables: Sequences['tables'] = {
  lengths: new Coded(null, lengths),
  offsets: new Coded(null, offsets),
  matches: new Coded(null, matches),
};

/** @param before the tables of the block before. */
export const readSequences = (section: Uint8Array, before: Sequences['tables']): Sequences => {
  const [b0 = 0, b1 = 0, b2 = 0] = section;
  if (b0 === 0) return { count: 0, tables: before, stream: section.subarray(1) };
  const [count, head] = b0 < 128 ? [b0, 1] : b0 < 255 ? [((b0 - 128) << 8) + b1, 2] : [b1 + (b2 << 8) + 0x7f00, 3];
  const modes = section[head] ?? 0;
  let at = head + 1;
  const read = (mode: number, { table, values }: Coded): Coded => {
    if (mode === 3) return new Coded(table, values);
    if (mode === 0) return new Coded(tableOf(values.usual), values);
    if (mode === 1) return new Coded(checked(tableOfOne(section[at++] ?? 0), values), values);
    const bits = new ForwardBits(section.subarray(at));
    const made = tableOf(readCounts(bits, values.mostLog));
    at += bits.bytesRead;
    return new Coded(checked(made, values), values);
  };
  const tables = {
    lengths: read(modes >> 6, before.lengths),
    offsets: read((modes >> 4) & 3, before.offsets),
    matches: read((modes >> 2) & 3, before.matches),
  };
  return { count, tables, stream: section.subarray(at) };
};

/** @throws RangeError where a table has a code that stands for nothing. */
const checked = (table: FseTable, { base }: Values): FseTable => {
  const codes = base.length === 0 ? 32 : base.length;
  if (table.symbols.some((symbol) => symbol >= codes)) throw new RangeError('zstd: a table has a code that is none');
  return table;
};
