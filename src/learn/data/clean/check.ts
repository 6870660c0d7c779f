import { StageError } from '../../error.ts';
import { startsOf } from '../chunks.ts';
import type { Column, Dataset } from '../dataset.ts';
import { firstRow, quoted, withConnection } from '../duckdb.ts';
import { type Origins, originAt } from '../origins.ts';
import { scanAll } from '../scan.ts';
import { counted, listed } from '../words.ts';
import { type Bound, boundProblem } from './bounds.ts';
import { type Chain, kindAfter, type Step } from './chain.ts';
import { formatProblem } from './dates.ts';
import { type CleanKind, type CleanParams, missingRuleOf } from './params.ts';
import { constant } from './sql.ts';

/** @throws StageError with all columns that params name and that are not there, or are of the wrong kind for a rule. */
export const checkParams = (columns: readonly Column[], params: CleanParams): void => {
  const known = new Map(columns.filter(({ kind }) => kind !== 'tensor').map((column) => [column.name, column]));
  const { default: _, ...missing } = params.missing;
  const { map, text, dates, types, range, domain } = params;
  const problems: string[] = [];
  const rows = Object.fromEntries(params.rows.map(({ column }) => [column, null]));
  for (const [param, names] of Object.entries({ map, text, dates, types, range, domain, missing, rows })) {
    for (const name of Object.keys(names)) {
      if (!known.has(name)) problems.push(`params.${param} names "${name}", which is no column with values`);
    }
  }
  const kindOf = (name: string): CleanKind | undefined => {
    const column = known.get(name);
    return column === undefined ? undefined : kindAfter(column, params);
  };
  const checkBounds = (param: string, name: string, bounds: readonly (Bound | undefined)[]): void => {
    const kind = kindOf(name);
    if (kind === undefined) return;
    const found = bounds.map((bound) => (bound === undefined ? null : boundProblem(name, kind, bound)));
    problems.push(...new Set(found.flatMap((problem) => (problem === null ? [] : [`params.${param}: ${problem}`]))));
  };
  for (const [name, { min, max, else: otherwise }] of Object.entries(range)) {
    checkBounds('range', name, [min, max]);
    if (min !== undefined && max !== undefined && min > max)
      problems.push(`params.range: of column "${name}", min ${min} is above max ${max}`);
    if (otherwise === 'clip' && kindOf(name) === 'date')
      problems.push(`params.range: dates as in column "${name}" are not clipped; else is "null", "drop" or "fail"`);
  }
  if (params.near?.column !== undefined && !(params.near.threshold > 0 && params.near.threshold <= 1))
    problems.push(
      `params.near.threshold is ${params.near.threshold}: of texts and images it is above 0, and 1 at most`,
    );
  for (const [param, rules] of Object.entries({ map, text, dates, types, domain }))
    for (const name of Object.keys(rules))
      if (known.get(name)?.kind === 'labels') problems.push(`params.${param}: column "${name}" has lists of labels`);
  for (const name of Object.keys(dates)) {
    if (Object.hasOwn(types, name)) problems.push(`params.dates and params.types both say what "${name}" is to be`);
    if (known.get(name)?.kind === 'date') problems.push(`params.dates: column "${name}" has dates already`);
  }
  for (const name of Object.keys(text))
    if (known.get(name)?.kind === 'number') problems.push(`params.text: column "${name}" has numbers`);
  for (const name of known.keys()) {
    const rule = missingRuleOf(name, params.missing);
    if (typeof rule === 'string' || kindOf(name) !== 'number' || constant(rule.fill, 'number') !== undefined) continue;
    problems.push(`params.missing fills column "${name}" of numbers with "${rule.fill}", which is no finite number`);
  }
  for (const { column, less_than, greater_than, equals, matches } of params.rows) {
    if (less_than === undefined && greater_than === undefined && equals === undefined && matches === undefined)
      problems.push(`params.rows: the rule on "${column}" has no condition`);
    checkBounds('rows', column, [less_than, greater_than]);
    if (matches !== undefined && kindOf(column) === 'number')
      problems.push(`params.rows: column "${column}" has numbers, and matches is for texts`);
  }
  if (problems.length > 0) throw new StageError(problems.join('\n'), `columns with values are ${listed(known.keys())}`);
};

/** @throws StageError with all patterns, or all forms of dates, that are none. */
export const checkPatterns = (params: CleanParams): Promise<void> =>
  withConnection(async (connection) => {
    const patterns = [
      ...Object.entries(params.text).flatMap(([column, { replace = [] }]) =>
        replace.map(({ pattern }) => ({ place: `params.text."${column}".replace`, pattern })),
      ),
      ...params.rows.flatMap(({ column, matches }) =>
        matches === undefined ? [] : [{ place: `params.rows on "${column}"`, pattern: matches }],
      ),
    ];
    const problems: string[] = [];
    for (const { place, pattern } of patterns)
      try {
        await connection.run(`SELECT regexp_matches('', ${quoted(pattern)})`);
      } catch (error) {
        const why = (error as Error).message.split('\n')[0]?.replace(/^Invalid Input Error: /, '');
        problems.push(`${place}: the pattern ${JSON.stringify(pattern)} cannot be read: ${why}`);
      }
    if (problems.length > 0) throw new StageError(problems.join('\n'), 'patterns are written as RE2 has them');
    for (const [column, formats] of Object.entries(params.dates))
      for (const format of formats) {
        const why = await formatProblem(connection, format);
        if (why !== null) problems.push(`params.dates."${column}": the form ${JSON.stringify(format)}: ${why}`);
      }
    if (problems.length > 0)
      throw new StageError(problems.join('\n'), 'forms are written as strptime has them, as "%d/%m/%Y"');
  });

/** A set of rows that must not be there. */
interface Check {
  readonly when: string;
  readonly before: string;
  readonly tell: (rows: string, examples: string) => string;
  readonly hint: string;
}

/**
 * Goes over the data once and counts what params forbid, all of it.
 *
 * @throws StageError with each mistake, its count and the first rows that make it.
 */
export const refuseForbidden = async (
  dataset: Dataset,
  chains: readonly Chain[],
  origins: Origins | null,
): Promise<void> => {
  const official = dataset.manifest.official !== undefined;
  const starts = startsOf(dataset.manifest);
  const checks = chains.flatMap((chain) => chain.steps.flatMap((step) => checkOf(chain, step, official)));
  if (checks.length === 0 || dataset.manifest.rows === 0) return;
  await withConnection(async (connection) => {
    const counts = checks.map(({ when }) => `count(*) FILTER (${when})`);
    const found = await firstRow(connection, `SELECT ${counts.join(', ')} FROM ${scanAll(dataset)}`);
    const problems: string[] = [];
    const hints: string[] = [];
    for (const [index, check] of checks.entries()) {
      const count = Number(found[index]);
      if (count === 0) continue;
      const first = await connection.runAndReadAll(
        `SELECT __id, file_index, file_row_number, ${check.before} FROM ${scanAll(dataset)} WHERE ${check.when} ORDER BY file_index, file_row_number LIMIT 3`,
      );
      const rows = first.getRows().map(([id, file, row, value]) => {
        const place = (starts[Number(file)] as number) + Number(row);
        return `${placeIn(origins, place)} (${id})${value === null ? '' : ` with "${value}"`}`;
      });
      problems.push(check.tell(counted(count, 'row'), `${rows.join(', ')}${count > rows.length ? ', …' : ''}`));
      if (!hints.includes(check.hint)) hints.push(check.hint);
    }
    if (problems.length > 0) throw new StageError(problems.join('\n'), hints.join('; '));
  });
};

/** The file and the row of it, where origins are given; else the row of the data set, from 1. */
const placeIn = (origins: Origins | null, place: number): string => {
  const origin = origins === null ? null : originAt(origins, place);
  return origin === null ? `row ${place + 1}` : `${origin.file}: row ${origin.row}`;
};

const checkOf = ({ column: { name } }: Chain, step: Step, official: boolean): Check[] => {
  if (step.act === 'change' || (step.act === 'drop' && !official)) return [];
  const { when, before, rule, what } = step;
  if (step.act === 'drop') {
    const lacking =
      rule === 'drop missing'
        ? 'without a value'
        : `that ${what.startsWith('is') ? 'would go: its value ' : ''}${what}`;
    return [
      {
        when: `(${when}) AND __split = 'test'`,
        before,
        tell: (rows, examples) =>
          `column "${name}": ${rows} of the official test set ${lacking}, and none of it is ever dropped (${examples})`,
        hint:
          rule === 'drop missing'
            ? `fill them: clean.missing { "${name}": { "fill": … } }`
            : `let the rule change or keep such values`,
      },
    ];
  }
  if (rule === 'missing') {
    return [
      {
        when,
        before,
        tell: (rows, examples) =>
          `column "${name}": ${rows} without a value, and clean.missing says "fail" (${examples})`,
        hint: '"drop" such rows, or { "fill": … } them',
      },
    ];
  }
  const hint =
    rule === 'types'
      ? 'clean.map can mend values, clean.types can make the column a category'
      : rule === 'dates'
        ? 'add the form that it has, or let clean.map make it missing'
        : 'clean.map can mend values';
  return [
    { when, before, tell: (rows, examples) => `column "${name}": ${rows} whose value ${what}: ${examples}`, hint },
  ];
};
