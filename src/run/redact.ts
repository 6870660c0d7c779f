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

export const redact = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
