import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { Json } from '../types/json.ts';
import type { Finding, JsonDocument } from './finding.ts';
import { isSound } from './scan.ts';

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
  const value = isUtf8(bytes) ? parse(text) : undefined;
  if (value !== undefined && isSound(text, value))
    return { kind: 'read', document: { file, text, value, overrides: [] } };
  const { explainJson } = await import('./explain-json.ts');
  const findings = explainJson({ file, text, isUtf8: isUtf8(bytes) });
  if (value === undefined || findings.length > 0) return { kind: 'broken', findings };
  return { kind: 'read', document: { file, text, value, overrides: [] } };
};

const readBytes = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path);
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
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
