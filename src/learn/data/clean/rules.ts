import { StageError } from '../../error.ts';
import { own } from '../../own.ts';
import type { Column } from '../dataset.ts';
import { type ColumnData, columnOf, type LabelData, type NumberData, type Rows } from '../rows.ts';
import { listed } from '../words.ts';
import { ofKind, type Texts, textsOf } from './cells.ts';
import type { Touch } from './ledger.ts';
import { mapTexts } from './map.ts';
import { type Forbidden, fillTexts, missingRows, missingRuleOf } from './missing.ts';
import type { CleanKind, CleanParams } from './params.ts';

/** Rows after the rules that look at one row alone. */
export interface Ruled {
  /** All rows, those to drop among them. */
  readonly rows: Rows;
  /** Indices of the rows that a rule drops. */
  readonly dropped: ReadonlySet<number>;
  readonly touches: readonly Touch[];
}

/**
 * Applies the rules on single rows, column by column: map, then types, then missing.
 *
 * @param forbidden is counted on.
 * @throws StageError where a value does not fit the kind of its column.
 */
export const applyRules = (
  rows: Rows,
  { columns, params, forbidden }: { columns: readonly Column[]; params: CleanParams; forbidden: Forbidden },
): Ruled => {
  const ruled = new Map<string, ColumnData>();
  const dropped = new Set<number>();
  const touches: Touch[] = [];
  for (const column of columns) {
    const data = columnOf(column.name)(rows);
    ruled.set(column.name, data);
    if (data.kind === 'tensor' || !isRuled(column, params)) continue;
    const result = ruleColumn(data, { column, params, ids: rows.ids });
    ruled.set(column.name, result.data);
    touches.push(...result.touches);
    touches.push(...dropMissing(result.missing, { rows, column, params, forbidden, dropped }));
  }
  return { rows: { ...rows, columns: ruled }, dropped, touches };
};

/** @throws StageError where the params name a column that is not there or is a tensor. */
export const checkColumns = (columns: readonly Column[], { map, types, missing }: CleanParams): void => {
  const known = columns.filter(({ kind }) => kind !== 'tensor').map(({ name }) => name);
  const { default: _, ...missingColumns } = missing;
  for (const [param, names] of Object.entries({ map, types, missing: missingColumns })) {
    const unknown = Object.keys(names).find((name) => !known.includes(name));
    if (unknown === undefined) continue;
    throw new StageError(
      `params.${param} names "${unknown}", which is no column with values`,
      `there are ${listed(known)}`,
    );
  }
};

/** The kind of a column after the rules. */
export const kindAfter = (column: Column, { types }: CleanParams): CleanKind | 'date' =>
  own(types, column.name) ?? (column.kind === 'tensor' ? 'text' : column.kind);

/** Whether a rule could change the column or drop a row because of it. */
const isRuled = ({ name }: Column, params: CleanParams): boolean =>
  name in params.map || name in params.types || missingRuleOf(name, params.missing) !== 'keep';

interface RuledColumn {
  readonly data: NumberData | LabelData;
  /** Rows that still have no value. */
  readonly missing: readonly number[];
  readonly touches: readonly Touch[];
}

const ruleColumn = (
  data: NumberData | LabelData,
  { column, params, ids }: { column: Column; params: CleanParams; ids: readonly string[] },
): RuledColumn => {
  const rule = missingRuleOf(column.name, params.missing);
  const before = textsOf(data);
  const mapped = mapTexts(before, own(params.map, column.name) ?? {});
  const after = typeof rule === 'string' ? mapped : fillTexts(mapped, rule);
  const refuse = (row: number, text: string): never => {
    throw new StageError(
      `row ${ids[row]}, column "${column.name}": "${text}" is no finite number`,
      `the column is one of numbers; clean.types can make it a category`,
    );
  };
  return {
    data: ofKind(after, kindAfter(column, params), refuse),
    missing: missingRows(after),
    touches: [
      ...changes(ids, { rule: 'map', column: column.name, before, after: mapped }),
      ...changes(ids, { rule: 'fill', column: column.name, before: mapped, after }),
    ],
  };
};

interface Change {
  readonly rule: Touch['rule'];
  readonly column: string;
  readonly before: Texts;
  readonly after: Texts;
}

const changes = (ids: readonly string[], { rule, column, before, after }: Change): Touch[] =>
  ids.flatMap((id, row) => {
    const [from = null, to = null] = [before[row], after[row]];
    return from === to ? [] : [{ id, rule, column, before: from, after: to }];
  });

interface Dropping {
  readonly rows: Rows;
  readonly column: Column;
  readonly params: CleanParams;
  readonly forbidden: Forbidden;
  /** Is added to. */
  readonly dropped: Set<number>;
}

/** Drops rows without a value, or counts those that must not be there. A row is dropped, and told, once. */
const dropMissing = (missing: readonly number[], { rows, column, params, forbidden, dropped }: Dropping): Touch[] => {
  const { name } = column;
  const rule = missingRuleOf(name, params.missing);
  if (rule === 'fail') count(forbidden.failing, name, missing.length);
  if (rule !== 'drop') return [];
  count(forbidden.official, name, missing.filter((row) => rows.official?.[row] === 'test').length);
  const fresh = missing.filter((row) => !dropped.has(row));
  for (const row of fresh) dropped.add(row);
  return fresh.map((row) => ({
    id: rows.ids[row] as string,
    rule: 'drop missing',
    column: name,
    before: null,
    after: null,
  }));
};

const count = (counts: Map<string, number>, column: string, rows: number): void => {
  if (rows > 0) counts.set(column, (counts.get(column) ?? 0) + rows);
};
