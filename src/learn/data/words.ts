/** A whole number with commas between its thousands, wherever the program runs: 70,000. */
export const grouped = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** A count with its noun: "1 row", "2,000 rows". */
export const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Names in double quotes, with commas. */
export const listed = (names: Iterable<string>): string => [...names].map((name) => `"${name}"`).join(', ');

/**
 * The order of labels: by number where all of them are numbers, else by UTF-16 code unit.
 * Never by locale, since class indices must be the same everywhere.
 */
export const sortLabels = (labels: Iterable<string>): string[] => {
  const all = [...labels];
  const numeric = all.every((label) => label.trim() !== '' && Number.isFinite(Number(label)));
  return all.sort((a, b) => (numeric ? Number(a) - Number(b) : 0) || (a < b ? -1 : Number(a > b)));
};
