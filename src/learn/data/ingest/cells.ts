/**
 * SQL over the cells of a source, which are texts: what counts as a number is the same for every format.
 */

/** True where the text is a decimal number, or spells infinity or NaN; spaces around it do not count. */
export const looksNumeric = (cell: string): string => `regexp_full_match(trim(${cell}), '${decimal}|${special}')`;

/** The number that a numeric text is: rounded to the nearest double. NaN and infinities stay what they are. */
export const numberOf = (cell: string): string => `TRY_CAST(trim(${cell}) AS DOUBLE)`;

const decimal = '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?';
const special = '[+-]?(?i:nan|inf|infinity)';
