import type { RowAnswer, RowOrder } from '../types/row-program.ts';
import { askProgram, type ProgramPlace } from './ask-program.ts';

/**
 * Looks for a row.
 *
 * @throws Interrupted where the place's signal aborts.
 */
export const findRow = (order: RowOrder, place: ProgramPlace): Promise<RowAnswer> =>
  askProgram({ name: 'find-row', does: 'looks for rows' }, order, place);
