import { own } from '../../own.ts';
import type { Column } from '../dataset.ts';
import { columnOf, type LabelData, type Rows } from '../rows.ts';
import { sortLabels } from '../words.ts';
import { mapTexts } from './map.ts';
import { missingRuleOf } from './missing.ts';
import type { CleanParams } from './params.ts';
import { kindAfter } from './rules.ts';

/** What the columns are after the rules: their kinds, and the labels that may occur. */
export interface Domain {
  /** Takes note of rows that stay. */
  see(rows: Rows): void;
  columns(): Column[];
}

/**
 * The labels of a column that stays a category are the old ones, mapped, and the one that fills gaps: so that they do
 * not depend on the rows that happen to be there. A column that becomes a category has the labels that occur.
 */
export const createDomain = (columns: readonly Column[], params: CleanParams): Domain => {
  const fresh = columns.filter(
    (column) => column.kind !== 'category' && kindAfter(column, params) === 'category' && column.kind !== 'tensor',
  );
  const seen = new Map(fresh.map(({ name }) => [name, new Set<string>()]));
  return {
    see: (rows) => {
      for (const [name, labels] of seen) {
        for (const label of (columnOf(name)(rows) as LabelData).values) if (label !== null) labels.add(label);
      }
    },
    columns: () => columns.map((column) => columnAfter(column, params, seen.get(column.name))),
  };
};

const columnAfter = (column: Column, params: CleanParams, seen: ReadonlySet<string> | undefined): Column => {
  if (column.kind === 'tensor') return column;
  const { name } = column;
  switch (kindAfter(column, params)) {
    case 'number':
      return column.kind === 'number' ? column : { name, kind: 'number', dtype: 'float64' };
    case 'date':
    case 'text':
      return { name, kind: kindAfter(column, params) === 'date' ? 'date' : 'text', dtype: 'string' };
    case 'category': {
      const labels = column.kind === 'category' ? mappedLabels(column.name, column.categories, params) : (seen ?? []);
      return { name, kind: 'category', dtype: 'string', categories: sortLabels(labels) };
    }
  }
};

const mappedLabels = (name: string, categories: readonly string[], params: CleanParams): ReadonlySet<string> => {
  const rule = missingRuleOf(name, params.missing);
  const filling = typeof rule === 'string' ? [] : [String(rule.fill)];
  const mapped = mapTexts(categories, own(params.map, name) ?? {}).filter((label) => label !== null);
  return new Set([...mapped, ...filling]);
};
