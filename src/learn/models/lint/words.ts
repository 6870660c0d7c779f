/** A count as `12,345`. */
export const count = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** A number with three significant digits, as `0.125` or `4,210`. */
export const number = (value: number): string => {
  const rounded = Number(value.toPrecision(3));
  return Number.isInteger(rounded) && Math.abs(rounded) >= 1000 ? count(rounded) : String(rounded);
};

/** A shape as `28×28×1`. */
export const shape = (sizes: readonly number[]): string => sizes.join('×');

/** A share as `12 %`; small ones keep a digit. */
export const percent = (share: number): string =>
  `${share < 0.1 ? Number((100 * share).toFixed(1)) : Math.round(100 * share)} %`;

/** Names as `a, b, c and 4 more`. */
export const some = (names: readonly string[], most = 3): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

/** A thing in so many, as `1 class` or `3 classes`. */
export const many = (value: number, one: string, several = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : several}`;
