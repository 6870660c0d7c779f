import { StageError } from '../../error.ts';
import type { Column, DatasetManifest } from '../dataset.ts';
import { listed } from '../words.ts';
import { type Gap, parseGap } from './gap.ts';
import type { Shares, SplitParams } from './params.ts';

/** How a data set is split, as params and deps say it, without contradictions. */
export type Plan =
  | { readonly kind: 'fixed'; readonly column: string | null }
  | { readonly kind: 'official' }
  | (Drawn & { readonly kind: 'time'; readonly time: Column; readonly gap: Gap })
  | (Drawn & { readonly kind: 'hash'; readonly group: readonly Column[] | null })
  | (Drawn & { readonly kind: 'random'; readonly group: readonly Column[] | null; readonly stratify: Column | null });

interface Drawn {
  /** Test is the source's own; the shares are those of all other rows. */
  readonly official: boolean;
  readonly shares: Shares;
}

/** Which optional deps are there. */
export interface Given {
  readonly groups: boolean;
  readonly splits: boolean;
}

/** @throws StageError where params contradict each other, or the columns are not there or of no use. */
export const planOf = (params: SplitParams, manifest: DatasetManifest, given: Given): Plan => {
  const { fixed, time, group, stratify } = params;
  if (fixed !== undefined || given.splits) return fixedPlan(params, manifest, given);
  if (params.validation === 'official') return officialPlan(params, manifest, given);
  refuseTogether(params, given);
  const drawn = drawnOf({ ...params, validation: params.validation }, manifest);
  if (time !== null) {
    const column = columnFor('time', time, manifest.columns, ['date', 'number', 'text', 'category']);
    return { kind: 'time', ...drawn, time: column, gap: parseGap(params.gap, column) };
  }
  const names = group === null ? null : typeof group === 'string' ? [group] : group;
  const columns = names?.map((name) => columnFor('group', name, manifest.columns, valued)) ?? null;
  if (params.method === 'hash') return { kind: 'hash', ...drawn, group: columns };
  const labels =
    stratify === null ? null : columnFor('stratify', stratify, manifest.columns, ['category', 'labels', 'text']);
  return { kind: 'random', ...drawn, group: columns, stratify: labels };
};

const valued: readonly Column['kind'][] = ['number', 'category', 'text', 'date'];

const fixedPlan = (params: SplitParams, { columns }: DatasetManifest, given: Given): Plan => {
  const { fixed, test, validation, stratify, group, time, gap, method } = params;
  const others = { test, validation, stratify, group, time };
  const other = Object.entries(others).find(([, value]) => value !== undefined && value !== null)?.[0];
  const what = fixed === undefined ? 'the dep splits' : 'params.fixed';
  if (fixed !== undefined && given.splits)
    throw new StageError('params.fixed and the dep splits both say the split of each row', 'give one of them');
  if (other !== undefined || gap !== 0 || method !== 'random' || given.groups) {
    throw new StageError(
      `${what} decides the split alone: it does not go with test, validation or stratify, nor with group, groups, time, gap or method`,
    );
  }
  if (fixed === undefined) return { kind: 'fixed', column: null };
  return { kind: 'fixed', column: columnFor('fixed', fixed, columns, ['category', 'text']).name };
};

/** Nothing is drawn. */
const officialPlan = (params: SplitParams, { official }: DatasetManifest, { groups }: Given): Plan => {
  const { test, stratify, group, time, gap, method } = params;
  if (test !== 'official')
    throw new StageError('params.validation is "official", and params.test is not', 'give "test": "official" too');
  if (official === undefined)
    throw new StageError(
      'params.validation is "official", and the source has no splits of its own',
      'give fractions, as 0.1',
    );
  if (stratify !== null || group !== null || time !== null || gap !== 0 || method !== 'random' || groups)
    throw new StageError(
      'where test and validation are both "official", nothing is drawn: they do not go with stratify, group, groups, time, gap or method',
      'leave the others out, or draw validation from the rest by a fraction',
    );
  return { kind: 'official' };
};

const refuseTogether = ({ method, stratify, group, time, gap }: SplitParams, { groups }: Given): void => {
  const grouped = group !== null || groups;
  const no = (what: string, hint: string): never => {
    throw new StageError(what, hint);
  };
  if (time !== null && (stratify !== null || grouped || method === 'hash'))
    no(
      'params.time decides by order alone: it does not go with stratify, group, groups or "method": "hash"',
      'leave one of them out',
    );
  if (time === null && gap !== 0)
    no('params.gap is what lies between splits in time, and there is no params.time', 'name the column of time');
  if (method === 'hash' && stratify !== null)
    no(
      '"method": "hash" decides each row by itself, so that shares of labels cannot be kept: it does not go with stratify',
      'use "method": "random"',
    );
};

const defaults = { test: 0.2, validation: 0.1 };

const drawnOf = (
  {
    test,
    validation = defaults.validation,
  }: { readonly test?: SplitParams['test']; readonly validation: number | undefined },
  { official }: DatasetManifest,
): Drawn => {
  if (test === 'official') {
    if (official !== undefined) return { official: true, shares: { validation, test: 0 } };
    throw new StageError(
      'params.test is "official", and the source has no test set of its own',
      'give a fraction, as 0.2',
    );
  }
  const share = test ?? defaults.test;
  if (validation + share < 1) return { official: false, shares: { validation, test: share } };
  throw new StageError(`params.validation ${validation} and params.test ${share} leave nothing for train`);
};

const columnFor = (
  param: string,
  name: string,
  columns: readonly Column[],
  kinds: readonly Column['kind'][],
): Column => {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined && kinds.includes(found.kind)) return found;
  const usable = columns.filter(({ kind }) => kinds.includes(kind)).map((column) => column.name);
  const what = found === undefined ? 'there is no such column' : `it is a ${found.kind}`;
  const which = kinds.includes('number') ? 'columns with values' : 'columns of labels';
  const mend =
    found?.kind === 'number' || found?.kind === 'text'
      ? `; "${name}" becomes one by params.types of ingest: { "${name}": "category" }`
      : '';
  throw new StageError(
    `params.${param}: a split by column "${name}" is not possible: ${what}`,
    `${usable.length === 0 ? `there are no ${which}` : `${which} are ${listed(usable)}`}${mend}`,
  );
};
