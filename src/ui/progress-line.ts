import type { Progress } from '../types/stage.ts';
import { formatCount } from './format.ts';
import { clip, oneLine } from './text.ts';

/** How far a stage is, on one line: `1,364 of 2,532 steps, val_loss 0.041`. */
export const progressLine = ({ done, total, unit, note }: Progress, columns: number): string =>
  clip(
    `${formatCount(done)} of ${formatCount(total)} ${oneLine(unit)}${note === undefined ? '' : `, ${oneLine(note)}`}`,
    columns,
  );
