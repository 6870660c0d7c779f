/** Whether a value is an object with keys, whose values are not known: no list, and not null. */
export const isRecord = (value: unknown): value is Record<string, never> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
