/** A value as every record, cache entry and state file holds it. */
export const recordText = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
