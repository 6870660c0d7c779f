/** More columns of metrics than this are told row by row on paper, where nobody scrolls: see `table.many` in the style. */
const mostOnPaper = 6;

/** The class of a table with so many columns of metrics; each of its cells has a `data-name` then. */
export const tableClass = (columns: number): string => (columns > mostOnPaper ? 'wide many' : 'wide');
