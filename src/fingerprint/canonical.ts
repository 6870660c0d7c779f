import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** `sha256:` and 64 hexadecimal digits: checkable with `sha256sum`. */
export type Digest = `sha256:${string}`;

/**
 * The one text of a JSON value: keys sorted by UTF-16 code units, no white space, numbers as ECMAScript writes them.
 * Source: RFC 8785. Throws a `TypeError` for what JSON cannot hold (NaN, infinity, undefined at the top).
 */
export const canonicalJson = (value: unknown): string => {
  const text = (canonicalize as unknown as (value: unknown) => string | undefined)(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
};

/** Digest of bytes, or of a text's UTF-8. */
export const digestOf = (data: string | Uint8Array): Digest => `sha256:${hash('sha256', data, 'hex')}`;

/** Digest of a value's canonical JSON: what a fingerprint is. */
export const digestJson = (value: unknown): Digest => digestOf(canonicalJson(value));

export const hexOf = (digest: string): string => digest.slice('sha256:'.length);

/** As people see it: the first 8 hexadecimal digits. */
export const shortDigest = (digest: string): string => hexOf(digest).slice(0, 8);

export const isDigest = (text: unknown): text is Digest =>
  typeof text === 'string' && /^sha256:[0-9a-f]{64}$/.test(text);
