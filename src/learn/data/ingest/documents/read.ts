import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StageError } from '../../../error.ts';

/** A byte order mark is no text; what is no UTF-8 is an error that names the file. */
export const decodeUtf8 = (bytes: Uint8Array, name: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new StageError(`${name} is not encoded in UTF-8`, 'save it as UTF-8');
  }
};

/** The text in a field of a file with a JSON object. */
export const fieldOf = async (folder: string, path: string, field: string): Promise<string> => {
  const text = decodeUtf8(await readFile(join(folder, path)), path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StageError(`${path} is no JSON: ${(error as Error).message}`);
  }
  const found = typeof value === 'object' && value !== null && Object.hasOwn(value, field);
  const own = found ? (value as Record<string, unknown>)[field] : undefined;
  if (typeof own === 'string') return own;
  throw new StageError(`${path} has no text in the field "${field}"`);
};
