import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { Json } from '../types/json.ts';
import type { Finding, JsonDocument } from './finding.ts';
import { scanJson } from './scan.ts';

export type ReadJson =
  | { readonly kind: 'read'; readonly document: JsonDocument }
  | { readonly kind: 'broken'; readonly findings: readonly Finding[] }
  | { readonly kind: 'missing' };

/**
 * Reads a JSON file. The good case costs one `JSON.parse` and one look for keys that stand twice;
 * the parser that knows places is loaded only for a text that has a mistake.
 *
 * @param path absolute
 * @param file how the file is named to people
 */
export const readJson = async (path: string, file: string): Promise<ReadJson> => {
  const bytes = readBytes(path);
  if (bytes === undefined) return { kind: 'missing' };
  const text = decode(bytes);
  const scan = scanJson(text);
  if (isUtf8(bytes) && scan.tooDeepAt === undefined) {
    const value = parse(text);
    if (value !== undefined && isSound(value, scan.keys)) return { kind: 'read', document: { file, text, value, overrides: [] } };
  }
  const { explainJson } = await import('./explain-json.ts');
  return { kind: 'broken', findings: explainJson(file, text) };
};

const readBytes = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path);
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
};

/** UTF-8, without the byte order mark that some editors write. Bytes that are no UTF-8 become U+FFFD. */
const decode = (bytes: Buffer): string => {
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
};

const parse = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/** Whether no key stands twice, every number is one that JSON can write again, and every string is text. */
const isSound = (value: Json, keysInText: number): boolean => {
  let keys = 0;
  const open: Json[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string' && !isText(next)) return false;
    if (typeof next === 'number' && !Number.isFinite(next)) return false;
    if (typeof next !== 'object' || next === null) continue;
    if (Array.isArray(next)) {
      for (const item of next) open.push(item as Json);
      continue;
    }
    for (const [key, item] of Object.entries(next)) {
      if (!isText(key)) return false;
      keys += 1;
      open.push(item as Json);
    }
  }
  return keys === keysInText;
};

/** Whether a string can be written as UTF-8: it has no half of a surrogate pair. */
export const isText = (text: string): boolean => !/\p{Surrogate}/u.test(text);
