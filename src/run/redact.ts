import type { WorkOrder } from './order.ts';

/** Values of the environment variables that an order passes: they must reach no record, log or page. */
export const secretsOf = (
  order: Pick<WorkOrder, 'env'>,
  environment: Readonly<Record<string, string | undefined>>,
): string[] =>
  order.env.passed
    .map((name) => environment[name])
    .filter((value): value is string => value !== undefined && value.length >= shortest)
    // The longer first, lest a secret that holds another one leaves its rest behind.
    .sort((a, b) => b.length - a.length);

// A shorter value is no secret, and stands in any text by chance.
const shortest = 4;

/** A value with all texts in it redacted, keys too. */
export const redactAll = <Value>(value: Value, secrets: readonly string[]): Value =>
  secrets.length === 0 ? value : (clean(value, secrets) as Value);

const clean = (value: unknown, secrets: readonly string[]): unknown => {
  if (typeof value === 'string') return redact(value, secrets);
  if (Array.isArray(value)) return value.map((item) => clean(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key, secrets), clean(item, secrets)]));
};

export const redact = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
