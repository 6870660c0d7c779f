/** Whether a stream's reader sees colours. NO_COLOR and FORCE_COLOR are asked first (no-color.org). */
export const useColor = (stream: { readonly isTTY?: boolean }): boolean => {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0';
  return stream.isTTY === true && TERM !== 'dumb';
};

/** Whether a live region can be drawn. */
export const isLive = (stream: { readonly isTTY?: boolean }): boolean =>
  stream.isTTY === true && process.env['TERM'] !== 'dumb' && process.env['CI'] === undefined;

/** Cells in a line; in a pipe, lines are not broken. */
export const columnsOf = (stream: { readonly columns?: number }): number => stream.columns ?? Number.POSITIVE_INFINITY;

/** Whether more than ASCII can be shown; where nothing says which characters there are, it can. */
export const canShowUnicode = (): boolean => {
  const { LC_ALL, LC_CTYPE, LANG, TERM } = process.env;
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '');
  return TERM !== 'dumb' && (locale === undefined || /utf-?8/i.test(locale));
};
