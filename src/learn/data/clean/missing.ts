import { StageError } from '../../error.ts';
import { counted } from '../words.ts';
import type { Texts } from './cells.ts';
import type { MissingFill, MissingParams, MissingRule } from './params.ts';

/** What is done where a column has no value. */
export const missingRuleOf = (column: string, params: MissingParams): MissingRule | MissingFill =>
  params[column] ?? params.default;

/** Replaces missing values by a constant. */
export const fillTexts = (texts: Texts, { fill }: MissingFill): Texts => texts.map((text) => text ?? String(fill));

/** The rows without a value. */
export const missingRows = (texts: Texts): number[] => texts.flatMap((text, row) => (text === null ? [row] : []));

/** Missing values that the params forbid, counted by column over the whole data set before they are told. */
export interface Forbidden {
  /** Where the rule is "fail". */
  readonly failing: Map<string, number>;
  /** Where the rule is "drop", in rows of the official test set. */
  readonly official: Map<string, number>;
}

/** @throws StageError with the first column that has forbidden missing values. */
export const refuseForbidden = ({ failing, official }: Forbidden): void => {
  for (const [column, rows] of failing) {
    throw new StageError(
      `column "${column}": ${counted(rows, 'row')} without a value, and clean.missing says "fail"`,
      `"drop" such rows, or { "fill": … } them`,
    );
  }
  for (const [column, rows] of official) {
    throw new StageError(
      `column "${column}": ${counted(rows, 'row')} of the official test set without a value, and none of it is ever dropped`,
      `fill them: clean.missing { "${column}": { "fill": … } }`,
    );
  }
};
