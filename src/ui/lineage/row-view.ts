import type { RowReport, RowSource } from '../../lineage/rows/row-report.ts';
import type { RowPlace } from '../../types/row-program.ts';
import { formatCount, formatNumber } from '../format.ts';
import type { Paint } from '../paint.ts';
import { oneLine, padEnd, wrap } from '../text.ts';

interface Look {
  readonly paint: Paint;
  /** Cells in a line, or `Infinity` where lines are not to be broken. */
  readonly columns: number;
}

/** The way of a row: where it came from, then a line for each place in which it stands. Ends with a line end. */
export const renderRow = (report: RowReport, { paint, columns }: Look): string => {
  const { id, pipeline, run, from, places } = report;
  const width = Math.max(...places.map((place) => nameOf(place).length));
  const lines = places.slice(0, mostPlaces).flatMap((place) => {
    const lead = `  ${padEnd(nameOf(place), width)}  `;
    const [first = '', ...rest] = wrap(wordsOf(place, id), Math.max(24, columns - lead.length));
    return [`${lead}${first}`, ...rest.map((line) => `${' '.repeat(lead.length)}${line}`)];
  });
  const more = places.length - mostPlaces;
  return [
    paint.bold(`row ${id}`),
    `  of ${pipeline}, run ${run}`,
    ...sourceLines(from),
    '',
    ...lines,
    ...(more > 0 ? [`  and in ${formatCount(more)} more places (--json has all)`] : []),
    '',
  ].join('\n');
};

const mostPlaces = 40;

const nameOf = ({ stage, out }: RowPlace): string => `${stage}.${out}`;

const sourceLines = (from: RowSource | null): string[] => {
  if (from === null) return ['  no stage says which file it came from'];
  const { file, row, source, digest } = from;
  return [
    `  from row ${formatCount(row)} of ${oneLine(file)} (${oneLine(source)})`,
    ...(digest === undefined ? [] : [`  ${digest}`]),
  ];
};

const wordsOf = ({ id, row, rows, says }: RowPlace, asked: string): string => {
  const as = id === asked ? '' : ` as ${id}`;
  const said = Object.entries(says ?? {}).map(([name, value]) => `${oneLine(name)} ${told(value)}`);
  return [`row ${formatCount(row)} of ${formatCount(rows)}${as}`, ...said].join(', ');
};

const told = (value: string | number | null): string => {
  if (value === null) return '–';
  return typeof value === 'number' ? formatNumber(value) : JSON.stringify(value);
};
