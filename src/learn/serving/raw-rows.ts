import type { Columns } from '../data/fitted/output.ts';
import { concatRows, type Rows } from '../data/rows.ts';
import type { RowFault, SourceName } from './fault.ts';

/** Some raw rows, as clean leaves them. */
export interface RawRowsRead {
  /** The number of each row in its source, from 1. Rows with a fault are not among them. */
  readonly numbers: readonly number[];
  readonly columns: Columns;
  /** Of the rows that are left out. */
  readonly faults: readonly RowFault[];
}

/** A source of raw rows: a file, or what was sent. */
export interface RawSource extends SourceName {
  /** What people should know of how it was read. */
  readonly notices: readonly string[];
  /** All rows in their order, some thousand at a time. */
  parts(): AsyncGenerator<RawRowsRead, void, undefined>;
}

/** Parts of one source as one; there is at least one. */
export const joinParts = (parts: readonly RawRowsRead[]): RawRowsRead => ({
  numbers: parts.flatMap(({ numbers }) => numbers),
  columns: concatRows(parts.map(asRows)).columns,
  faults: parts.flatMap(({ faults }) => faults),
});

const asRows = ({ numbers, columns }: RawRowsRead): Rows => ({ ids: numbers.map(String), official: null, columns });
