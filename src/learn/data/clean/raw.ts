import type { CleanRules, RawRows } from '../../../types/generated/dataset.ts';
import type { CleanParams } from './params.ts';

/**
 * What is known of raw rows once a clean stage has gone over them: its rules of one row are added, if it has any. Behind
 * a fitted step they would have to stand among the fitted ones, which no list has: then nothing is known any more.
 */
export const rawAfter = (raw: RawRows | undefined, params: CleanParams): RawRows | undefined => {
  if (raw === undefined) return undefined;
  const { map, text, dates, types, range, domain, missing, rows } = params;
  const given = Object.keys(dates).length === 0 ? {} : { dates };
  const rules = { map, text, ...given, types, range, domain, missing, rows } as CleanRules;
  if (!hasRules(rules)) return raw;
  return raw.fitted === undefined ? { ...raw, clean: [...raw.clean, rules] } : undefined;
};

const hasRules = ({ missing, ...rules }: CleanRules): boolean =>
  missing.default !== 'keep' ||
  Object.keys(missing).length > 1 ||
  Object.values(rules).some((rule) => Object.keys(rule).length > 0);

/** The params of a clean stage that has these rules and compares no rows. */
export const asParams = (rules: CleanRules): CleanParams => ({
  ...rules,
  dates: rules.dates ?? {},
  duplicates: 'keep',
  conflicts: 'keep',
  near: null,
});
