import type { NumbersProfile, Profile, ProfileAssociation } from '../types/generated/profile.ts';
import { barsOf } from './bars.ts';
import { formatCount, formatNumber, plural } from './format.ts';
import type { Paint } from './paint.ts';
import { clip, oneLine, padEnd, padStart, widthOf, wrap } from './text.ts';

type Column = Profile['columns'][number];

interface View {
  readonly paint: Paint;
  /** Cells in a line, or `Infinity` where lines are not to be broken. */
  readonly columns: number;
}

/** What `stemma profile` prints: a line a column, then what looks suspicious. 80 cells are enough. */
export const renderProfile = (name: string, profile: Profile, view: View): string => {
  const { rows, target, columns, findings } = profile;
  const aim = target === null ? '' : `, target ${oneLine(target)}`;
  const title = `${view.paint.bold(oneLine(name))}: ${plural(rows, 'row')}, ${plural(columns.length, 'column')}${aim}`;
  const lines = [
    title,
    '',
    view.paint.dim(
      `${padEnd('column', nameWidth)}  ${padStart('missing', missingWidth)}${padStart('distinct', distinctWidth)}  ${padEnd('values', valueWidth)}  with target`,
    ),
    ...columns.map((column) => rowOf(column, target)),
    ...(findings.length === 0
      ? []
      : ['', view.paint.bold('suspicious'), ...findings.flatMap((each) => told(each, view))]),
    ...sampleNote(profile, view),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
};

// With two spaces between them 80 cells, where counts are below 100 million.
const nameWidth = 17;
const missingWidth = 10;
const distinctWidth = 11;
const valueWidth = 25;
const barWidth = 10;

const rowOf = (column: Column, target: string | null): string => {
  const [missing, distinct] =
    column.kind === 'tensor' ? ['', ''] : [formatCount(column.missing), formatCount(column.distinct)];
  const relation = column.name === target ? '(target)' : strongest(column.associations);
  return `${padEnd(clip(oneLine(column.name), nameWidth), nameWidth)}  ${padStart(missing, missingWidth)}${padStart(distinct, distinctWidth)}  ${padEnd(clip(glance(column), valueWidth), valueWidth)}  ${relation}`;
};

const glance = (column: Column): string => {
  switch (column.kind) {
    case 'number':
      return column.values === null ? '' : range(column.values);
    case 'text':
      return column.length === null ? '' : `${range(column.length)} long`;
    case 'tensor':
      return `${column.shape.join('×')} ${column.dtype}`;
    case 'category': {
      const labels = column.each ?? column.labels;
      const [top] = labels;
      if (top === undefined) return '';
      const counts = labels.map(({ rows }) => rows);
      return `${padEnd(barsOf(counts, barWidth), barWidth)} ${oneLine(top.label)} ${share(top.rows, column)}`;
    }
  }
};

const range = ({ histogram, min, max }: NumbersProfile): string =>
  `${padEnd(barsOf(histogram.counts, barWidth), barWidth)} ${formatNumber(min)} … ${formatNumber(max)}`;

const share = (rows: number, { labels, rest }: Extract<Column, { kind: 'category' }>): string => {
  const all = labels.reduce((sum, label) => sum + label.rows, rest);
  return `${Math.round((100 * rows) / all)} %`;
};

/** As "η 0.88": the measure that says most. */
const strongest = (associations: readonly ProfileAssociation[]): string => {
  const [first] = associations.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
  return first === undefined ? '' : `${signs[first.measure]} ${first.value.toFixed(2)}`;
};

const signs: Readonly<Record<ProfileAssociation['measure'], string>> = {
  Pearson: 'r',
  Spearman: 'ρ',
  'correlation ratio': 'η',
  "Cramér's V": 'V',
  'uncertainty coefficient': 'U',
};

const told = ({ message, remedy }: Profile['findings'][number], { columns }: View): string[] => {
  const width = Math.max(24, columns - 4);
  return [
    ...wrap(oneLine(message), width).map((line, at) => `  ${at === 0 ? '•' : ' '} ${line}`),
    ...wrap(oneLine(remedy), width).map((line) => `    ${line}`),
  ];
};

const sampleNote = ({ rows, sample, columns }: Profile, view: View): string[] => {
  const used = new Set(columns.flatMap(({ associations }) => associations.map(({ measure }) => measure)));
  const legend = [...used].map((measure) => `${signs[measure]} ${measure}`).join(', ');
  const of =
    sample.rows < rows ? `from one row of ${formatCount(sample.every)} (${formatCount(sample.rows)} rows)` : '';
  const note = [legend, of].filter((part) => part !== '').join('; ');
  return note === '' ? [] : ['', ...wrap(note, view.columns).map(view.paint.dim)];
};

/** What `stemma profile --column` prints: all that is known of one column. */
export const renderProfileColumn = (column: Column, { findings }: Profile, view: View): string => {
  const own = findings.filter((finding) => finding.column === column.name);
  const lines = [
    `${view.paint.bold(oneLine(column.name))}: ${column.kind}`,
    ...factsOf(column),
    ...column.associations.map(({ of, measure, value, rows }) =>
      fact(`${measure}`, `${value.toFixed(4)}  ${of} with the target, in ${plural(rows, 'row')}`),
    ),
    ...own.flatMap((each) => ['', ...told(each, view)]),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
};

const fact = (name: string, value: string): string => `  ${padEnd(name, 23)}  ${value}`;

const factsOf = (column: Column): string[] => {
  if (column.kind === 'tensor')
    return [
      fact('shape', `${column.shape.join(' × ')}, ${column.dtype}`),
      ...numberFacts('mean', column.mean),
      ...numberFacts('contrast', column.contrast),
    ];
  const counts = [fact('missing', formatCount(column.missing)), fact('distinct', formatCount(column.distinct))];
  switch (column.kind) {
    case 'number':
      return [...counts, ...numberFacts('value', column.values)];
    case 'category':
      return [
        ...counts,
        ...(column.each === undefined
          ? []
          : [fact('labels', 'rows that have them'), ...bars(column.each), fact('lists', 'rows')]),
        ...bars(column.labels),
        ...(column.rest === 0 ? [] : [fact('all others', plural(column.rest, 'row'))]),
        ...(column.unused === 0 ? [] : [fact('never used', plural(column.unused, 'label'))]),
      ];
    case 'text':
      return [
        ...[...counts, fact('empty', formatCount(column.empty)), ...numberFacts('length', column.length)],
        ...(column.words.length === 0 ? [] : [fact('words', 'rows of the sample'), ...bars(column.words)]),
      ];
  }
};

const numberFacts = (what: string, numbers: NumbersProfile | null): string[] => {
  if (numbers === null) return [];
  const { min, max, mean, sd, skewness, quantiles, histogram } = numbers;
  const { from, to, counts } = histogram;
  const known = (value: number | null): string => (value === null ? '–' : formatNumber(value));
  return [
    fact(what, `${formatNumber(min)} … ${formatNumber(max)}`),
    fact('mean, deviation', `${known(mean)}, ${known(sd)}`),
    fact('skewness', known(skewness)),
    fact(
      'quantiles',
      Object.entries(quantiles)
        .map(([name, value]) => `${name} ${formatNumber(value)}`)
        .slice(0, 4)
        .join('  '),
    ),
    fact(
      '',
      Object.entries(quantiles)
        .map(([name, value]) => `${name} ${formatNumber(value)}`)
        .slice(4)
        .join('  '),
    ),
    fact('histogram', `${formatNumber(from)} ${barsOf(counts, counts.length)} ${formatNumber(to)}`),
  ];
};

/** Labels with their rows, each with a bar of 20 cells at most. */
const bars = (labels: readonly { readonly label: string; readonly rows: number }[]): string[] => {
  const most = Math.max(1, ...labels.map(({ rows }) => rows));
  const widest = Math.max(0, ...labels.map(({ rows }) => widthOf(formatCount(rows))));
  return labels.map(({ label, rows }) =>
    fact(
      `  ${clip(oneLine(label), 21)}`,
      `${padStart(formatCount(rows), widest)} ${'█'.repeat(Math.ceil((20 * rows) / most))}`,
    ),
  );
};
