import type { FileDifference } from '../lineage/compare/compare-outs.ts';
import type {
  ByteDifference,
  CellDifference,
  Distance,
  TensorDifference,
  TextDifference,
  ValueDifference,
} from '../lineage/compare/difference.ts';
import { formatCount, plural } from './format.ts';
import { clip, oneLine } from './text.ts';

/** The first difference of a file in a sentence or two. */
export const differenceSentence = (how: FileDifference['how']): string => {
  if (how === 'absent') return 'it was recorded, and was not made this time';
  if (how === 'added') return 'it was not recorded, and was made this time';
  if (how === 'freed') return 'the store no longer holds the recorded bytes';
  switch (how.kind) {
    case 'tensor':
      return tensorSentence(how);
    case 'layout':
      return `tensor "${named(how.tensor)}" is ${how.replayed}; recorded: ${how.recorded}`;
    case 'value':
      return valueSentence(how);
    case 'cell':
      return cellSentence(how);
    case 'table':
      return `its table has ${short(how.replayed)}; recorded: ${short(how.recorded)}`;
    case 'text':
      return textSentence(how);
    case 'bytes':
      return bytesSentence(how);
  }
};

const tensorSentence = (found: TensorDifference): string => {
  const { tensor, dtype, shape, index, recorded, replayed, differing, elements, largest, tensors } = found;
  const place = `tensor "${named(tensor)}" (${dtype} [${shape.join(', ')}])`;
  const farthest = differing > 1 && largest ? `, at most ${apart(largest)} at [${largest.index.join(', ')}]` : '';
  return [
    `${place}: element [${index.join(', ')}] is ${replayed}; recorded: ${recorded}${distance(found)}`,
    `${formatCount(differing)} of ${plural(elements, 'element')} ${differing === 1 ? 'differs' : 'differ'}${farthest}`,
    ...(tensors > 1 ? [`${plural(tensors, 'tensor')} differ`] : []),
  ].join('. ');
};

const valueSentence = (found: ValueDifference): string => {
  const place = found.path === '' ? 'the value' : named(found.path);
  const values = `${place} is ${shownOr(found.replayed)}; recorded: ${shownOr(found.recorded)}${distance(found)}`;
  return found.differing > 1 ? `${values}. ${plural(found.differing, 'value')} differ` : values;
};

const cellSentence = ({ column, row, rowGroup, recorded, replayed, rows, columns }: CellDifference): string => {
  const place = `row ${formatCount(row)} (row group ${rowGroup}), column "${named(column)}"`;
  const more =
    rows === 1 && columns.length === 1 ? '' : `. ${plural(rows, 'row')} differ, in ${columns.map(named).join(', ')}`;
  return `${place}: ${short(replayed)}; recorded: ${short(recorded)}${more}`;
};

const textSentence = ({ line, column, recorded, replayed }: TextDifference): string =>
  `line ${formatCount(line)}, column ${formatCount(column)}: ${lineAround(replayed, column)}; recorded: ${lineAround(recorded, column)}`;

const bytesSentence = ({ offset, recorded, replayed, sizes, same }: ByteDifference): string => {
  const byte = (value: number | undefined) =>
    value === undefined ? 'the end' : `0x${value.toString(16).padStart(2, '0')}`;
  const what = `byte ${formatCount(offset)} is ${byte(replayed)}; recorded: ${byte(recorded)}`;
  const length =
    sizes.recorded === sizes.replayed
      ? ''
      : `. It has ${plural(sizes.replayed, 'byte')}; recorded: ${formatCount(sizes.recorded)}`;
  return same === undefined ? what + length : `${same} are the same, and are written otherwise: ${what}${length}`;
};

const distance = (found: Distance): string => (found.absolute === undefined ? '' : ` (${apart(found)} apart)`);

const apart = ({ absolute, ulps }: Distance): string => {
  const size = Number.isInteger(absolute) ? formatCount(absolute!) : absolute!.toPrecision(2);
  return ulps === undefined ? size : `${size}, ${formatCount(ulps)} ULP`;
};

/** A line, or the part of it around a column, in quotes. */
const lineAround = (line: string | undefined, column: number): string => {
  if (line === undefined) return 'the end';
  const from = Math.max(0, column - 1 - mostShown / 2);
  return `"${from > 0 ? '…' : ''}${clip(oneLine(line.slice(from, from + 2 * mostShown)), mostShown)}"`;
};

const mostShown = 60;
const short = (text: string): string => clip(oneLine(text), 2 * mostShown);
const shownOr = (json: string | undefined): string => (json === undefined ? 'absent' : short(json));
const named = (name: string): string => clip(oneLine(name), mostShown);
