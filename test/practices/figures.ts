import { type PairedDifference, pairedDifference } from '../../src/run/variants/paired.ts';
import type { Bounds, Experiment, PracticeRecord, Value } from './experiments.ts';

/** What one reading came to in one arm. */
export interface Figure {
  readonly arm: string;
  readonly reading: string;
  readonly digits: number;
  readonly better: 'more' | 'less' | undefined;
  /** A text; or a mean over seeds with its interval, or one run's own. Absent where the arm has no such reading. */
  readonly value: string | PairedDifference | undefined;
  /** Of what a clock is in: between what it has to lie. */
  readonly measured?: Bounds;
  /** Against the first arm, seed by seed; absent for that arm, for texts, and where one seed tells nothing. */
  readonly difference?: PairedDifference;
}

/** One figure for each arm and reading, arm by arm. */
export const summarize = (experiment: Experiment, { runs }: PracticeRecord): Figure[] => {
  const [first] = experiment.arms;
  const valuesOf = (arm: string, reading: string): (Value | undefined)[] =>
    runs.filter((run) => run.arm === arm).map(({ values }) => values[reading]);
  return experiment.arms.flatMap(({ name: arm }) =>
    experiment.read.map(({ name: reading, digits = 3, better, measured }): Figure => {
      const [values, against] = [valuesOf(arm, reading), valuesOf(first!.name, reading)];
      const difference = arm === first!.name ? undefined : differenceOf(values, against);
      const figure = { arm, reading, digits, better, value: meanOf(values), ...(measured && { measured }) };
      return { ...figure, ...(difference && { difference }) };
    }),
  );
};

const meanOf = (values: readonly (Value | undefined)[]): Figure['value'] => {
  const [only] = values;
  if (typeof only === 'string' || only === undefined) return only;
  if (values.length > 1) return pairedDifference(values.map(numberOf));
  return typeof only === 'number' ? { mean: only } : { mean: only.value, low: only.low, high: only.high };
};

const numberOf = (value: Value | undefined): number => {
  if (value === undefined || typeof value === 'string') throw new Error(`no number: ${value}`);
  return typeof value === 'number' ? value : value.value;
};

/** Of one seed there is a difference, and nothing that says how far chance goes: none is told. */
const differenceOf = (
  values: readonly (Value | undefined)[],
  against: readonly (Value | undefined)[],
): PairedDifference | undefined => {
  if (values.length < 2 || [...values, ...against].some((each) => each === undefined || typeof each === 'string'))
    return;
  return pairedDifference(values.map((value, at) => numberOf(value) - numberOf(against[at])));
};

/** What is not as it was: texts and counts have to be the same, means within their interval, measured ones within bounds. */
export const within = (now: Figure, before: Figure): string[] => {
  const place = `${now.arm}, ${now.reading}`;
  if (typeof now.value !== 'object' || typeof before.value !== 'object')
    return now.value === before.value ? [] : [`${place}: ${now.value}, not ${before.value}`];
  if (now.measured) return outside(place, now.value, { mean: 0, low: now.measured.from, high: now.measured.to });
  return [
    ...outside(place, now.value, before.value),
    ...(now.difference && before.difference ? outside(`${place}, difference`, now.difference, before.difference) : []),
  ];
};

// What is deterministic here may differ in its last bits on another processor.
const slack = 1e-6;

const outside = (
  place: string,
  { mean: now }: PairedDifference,
  { mean, low = mean, high = mean }: PairedDifference,
) => (now < low - slack || now > high + slack ? [`${place}: ${now} is not in [${low}, ${high}]`] : []);

/** The figures as a table of Markdown: an arm a row, a reading a column, and differences where one side is better. */
export const figureTable = (experiment: Experiment, record: PracticeRecord): string => {
  const figures = summarize(experiment, record);
  const several = experiment.seeds.length > 1;
  const columns = experiment.read.map(({ name }) => name);
  const titles = experiment.read.map(({ name, measured }) =>
    measured === undefined ? name : `${name} (held within ${measured.from} to ${measured.to})`,
  );
  const compared = experiment.read.filter(({ better }) => several && better !== undefined).map(({ name }) => name);
  const head = ['', ...titles, ...compared.map((name) => `${name}, difference`)];
  const rows = experiment.arms.map(({ name: arm }) => {
    const of = (reading: string) => figures.find((each) => each.arm === arm && each.reading === reading)!;
    return [arm, ...columns.map((name) => plain(of(name))), ...compared.map((name) => signed(of(name)))];
  });
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
};

const plain = ({ value, digits }: Figure): string => {
  if (typeof value === 'string') return value;
  if (value === undefined) return '–';
  return withBounds(value, (number) => number.toFixed(digits).replace('-', '−'));
};

const signed = ({ difference, digits, better }: Figure): string => {
  if (difference === undefined || better === undefined) return '';
  const shown = withBounds(difference, (number) => signedNumber(number, digits));
  return `${shown}: ${verdictOf(difference, better)}`;
};

/** A difference is shown where its interval leaves out 0. */
const verdictOf = ({ low = 0, high = 0 }: PairedDifference, better: 'more' | 'less'): string => {
  if (low <= 0 && high >= 0) return 'not shown';
  return low > 0 === (better === 'more') ? 'better' : 'worse';
};

const withBounds = ({ mean, low, high }: PairedDifference, show: (value: number) => string): string =>
  low === undefined || high === undefined || (low === mean && high === mean)
    ? show(mean)
    : `${show(mean)} [${show(low)}, ${show(high)}]`;

const signedNumber = (value: number, digits: number): string => {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
};
