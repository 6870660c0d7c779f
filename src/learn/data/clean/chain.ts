import { own } from '../../own.ts';
import type { Column } from '../dataset.ts';
import { named } from '../duckdb.ts';
import { isAbove, isBelow } from './bounds.ts';
import { asDate } from './dates.ts';
import { type CleanKind, type CleanParams, type Mapped, missingRuleOf, type RowRule } from './params.ts';
import { asNumber, asText, constant, type Expression, spelled } from './sql.ts';

/** A rule at a column: a value that it changes, a row that it drops, or one that must not be there. */
export type Step =
  | {
      readonly act: 'change';
      readonly rule: string;
      readonly when: string;
      readonly before: string;
      readonly after: string;
    }
  | {
      readonly act: 'drop' | 'fail';
      readonly rule: string;
      readonly when: string;
      readonly before: string;
      readonly what: string;
    };

/** A column after its rules. */
export interface Chain {
  readonly column: Column;
  readonly kind: CleanKind;
  readonly value: Expression;
  readonly steps: readonly Step[];
}

/** The kind of a column after the rules: dates that a rule rewrites are texts. */
export const kindAfter = (column: Column, { types, map, text, dates }: CleanParams): CleanKind => {
  if (own(dates, column.name) !== undefined) return 'date';
  const asked = own(types, column.name);
  if (asked !== undefined) return asked;
  if (column.kind === 'tensor') return 'text';
  const isRewritten = own(map, column.name) !== undefined || own(text, column.name) !== undefined;
  return column.kind === 'date' && isRewritten ? 'text' : column.kind;
};

/**
 * The rules of a column as SQL over the columns of a scan: map, text, dates, types, range, domain, missing, rows, in this
 * order; each sees what those before it left.
 */
export const chainOf = (column: Column, params: CleanParams): Chain => {
  const kind = kindAfter(column, params);
  const build = builder(column, params);
  for (const apply of [mapStep, textSteps, dateStep, typeStep, rangeStep, domainStep, missingStep, rowSteps])
    apply(build, kind);
  return { column, kind, value: build.value, steps: build.steps };
};

interface Build {
  readonly name: string;
  readonly params: CleanParams;
  value: Expression;
  readonly steps: Step[];
}

const builder = ({ name, kind }: Column, params: CleanParams): Build => ({
  name,
  params,
  value: { sql: named(name), type: kind === 'number' ? 'number' : 'text' },
  steps: [],
});

/**
 * Takes a new value, and notes where it differs.
 *
 * @param differs SQL that is true there and nowhere else, where the rule knows it: to compare both takes twice as long.
 */
const change = (build: Build, rule: string, next: Expression, differs?: string): void => {
  const { value } = build;
  const before = value.type === next.type ? value.sql : spelled(value);
  build.steps.push({
    act: 'change',
    rule,
    when: differs ?? `(${before}) IS DISTINCT FROM (${next.sql})`,
    before: spelled(value),
    after: spelled(next),
  });
  build.value = next;
};

const unfit = (
  build: Build,
  { rule, when, what, act }: { rule: string; when: string; what: string; act: 'null' | 'drop' | 'fail' },
): void => {
  const { sql, type } = build.value;
  if (act === 'null') change(build, rule, { sql: `CASE WHEN ${when} THEN NULL ELSE ${sql} END`, type });
  else
    build.steps.push({ act, rule: act === 'drop' ? `drop ${rule}` : rule, when, before: spelled(build.value), what });
};

const mapStep = (build: Build, kind: CleanKind): void => {
  const mapping = Object.entries(own(build.params.map, build.name) ?? {});
  if (mapping.length === 0) return;
  const stays = (value: Mapped): boolean => constant(value, 'number') !== undefined;
  if (build.value.type === 'number' && (kind !== 'number' || !mapping.every(([, value]) => stays(value))))
    build.value = asText(build.value);
  const { sql, type } = build.value;
  const cases = mapping.flatMap(([from, to]) => {
    const key = constant(from, type);
    return key === undefined ? [] : [`WHEN ${key} THEN ${constant(to, type)}`];
  });
  if (cases.length > 0) change(build, 'map', { sql: `CASE ${sql} ${cases.join(' ')} ELSE ${sql} END`, type });
};

const textSteps = (build: Build): void => {
  const rule = own(build.params.text, build.name);
  if (rule === undefined) return;
  const step = (name: string, sql: string): void => change(build, name, { sql, type: 'text' });
  for (const { pattern, with: by } of rule.replace ?? []) {
    step('replace', `regexp_replace(${build.value.sql}, ${constant(pattern, 'text')}, ${constant(by, 'text')}, 'g')`);
  }
  if (rule.trim === true) step('trim', `regexp_replace(${build.value.sql}, '^\\s+|\\s+$', '', 'g')`);
  if (rule.case !== undefined) step('case', `${rule.case}(${build.value.sql})`);
};

const dateStep = (build: Build): void => {
  const formats = own(build.params.dates, build.name);
  if (formats === undefined) return;
  if (build.value.type === 'number') build.value = asText(build.value);
  const { sql } = build.value;
  const next = asDate(sql, formats);
  build.steps.push({
    act: 'fail',
    rule: 'dates',
    when: `(${sql}) IS NOT NULL AND (${next}) IS NULL`,
    before: sql,
    what: `is no date as ${formats.map((format) => `"${format}"`).join(' or ')} says`,
  });
  change(build, 'dates', { sql: next, type: 'text' });
};

const typeStep = (build: Build, kind: CleanKind): void => {
  if (kind !== 'number') {
    if (build.value.type === 'number') build.value = asText(build.value);
    return;
  }
  if (build.value.type === 'number') return;
  const before = build.value;
  build.value = asNumber(before);
  build.steps.push({
    act: 'fail',
    rule: 'types',
    when: `(${before.sql}) IS NOT NULL AND (${build.value.sql}) IS NULL`,
    before: before.sql,
    what: 'is no finite number',
  });
};

const rangeStep = (build: Build): void => {
  const rule = own(build.params.range, build.name);
  if (rule === undefined) return;
  const { sql } = build.value;
  const below = rule.min === undefined ? undefined : isBelow(sql, rule.min);
  const above = rule.max === undefined ? undefined : isAbove(sql, rule.max);
  const bounds = [below, above].filter((bound) => bound !== undefined);
  if (bounds.length === 0) return;
  if (rule.else !== 'clip') {
    unfit(build, { rule: 'range', when: bounds.join(' OR '), what: 'is out of range', act: rule.else });
    return;
  }
  const cases = [
    ...(below === undefined ? [] : [`WHEN ${below} THEN ${rule.min}::DOUBLE`]),
    ...(above === undefined ? [] : [`WHEN ${above} THEN ${rule.max}::DOUBLE`]),
  ];
  change(build, 'clip', { sql: `CASE ${cases.join(' ')} ELSE ${sql} END`, type: 'number' }, bounds.join(' OR '));
};

const domainStep = (build: Build): void => {
  const rule = own(build.params.domain, build.name);
  if (rule === undefined) return;
  const { sql, type } = build.value;
  const allowed = rule.allowed.map((value) => constant(value, type)).filter((value) => value !== undefined);
  const outside = allowed.length === 0 ? 'true' : `(${sql}) NOT IN (${allowed.join(', ')})`;
  unfit(build, {
    rule: 'domain',
    when: `(${sql}) IS NOT NULL AND ${outside}`,
    what: 'is not among the allowed values',
    act: rule.else,
  });
};

const missingStep = (build: Build): void => {
  const rule = missingRuleOf(build.name, build.params.missing);
  if (rule === 'keep') return;
  const { sql, type } = build.value;
  if (typeof rule === 'string') {
    unfit(build, { rule: 'missing', when: `(${sql}) IS NULL`, what: 'has no value', act: rule });
    return;
  }
  const filled = constant(rule.fill, type);
  change(build, 'fill', { sql: `coalesce(${sql}, ${filled})`, type }, `(${sql}) IS NULL`);
};

const rowSteps = (build: Build): void => {
  for (const rule of build.params.rows.filter(({ column }) => column === build.name)) {
    unfit(build, { rule: 'row', when: conditionOf(rule, build.value), what: described(rule), act: rule.do });
  }
};

const conditionOf = (rule: RowRule, { sql, type }: Expression): string =>
  [
    ...(rule.less_than === undefined ? [] : [isBelow(sql, rule.less_than)]),
    ...(rule.greater_than === undefined ? [] : [isAbove(sql, rule.greater_than)]),
    ...(rule.equals === undefined ? [] : [`(${sql}) = ${constant(rule.equals, type) ?? 'NULL'}`]),
    ...(rule.matches === undefined ? [] : [`regexp_matches(${sql}, ${constant(rule.matches, 'text')})`]),
  ].join(' AND ');

const described = (rule: RowRule): string => {
  const { column: _, do: __, ...tests } = rule;
  return `meets ${JSON.stringify(tests)}`;
};
