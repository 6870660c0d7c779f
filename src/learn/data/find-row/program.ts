import type { RowAnswer, RowOrder } from '../../../types/row-program.ts';
import { serveOne } from '../../program.ts';
import { findRow } from './find-row.ts';

// The program that looks for a row, for `stemma trace`.

serveOne<RowOrder, RowAnswer>(findRow);
