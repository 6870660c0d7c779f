import { readFile } from 'node:fs/promises';
import { StageError } from './error.ts';

/** A function made from a schema, which says whether a value has the shape of a format, and else what is wrong. */
export interface Guard<Value> {
  (value: unknown): value is Value;
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
}

/**
 * Reads a JSON file of a format. Whatever another stage or a user's own program has written there, a value that
 * comes back has the shape of its type.
 *
 * @param name how the file is called where it is wrong.
 * @throws StageError where it is no JSON, of another format, or not of the format's shape.
 */
export const readFormat = async <Value extends { readonly format: string }>(
  { path, name }: { readonly path: string; readonly name: string },
  format: Value['format'],
  guard: Guard<Value>,
): Promise<Value> => {
  const value = parse(await readFile(path, 'utf8'), name);
  const found = Object(value) as { readonly format?: unknown };
  if (found.format !== format) throw new StageError(`${name} is not of the format "${format}": ${told(found.format)}`);
  if (guard(value)) return value;
  const { instancePath = '', message } = guard.errors?.[0] ?? {};
  throw new StageError(`${name} is damaged: ${instancePath || 'the whole'} ${message ?? 'is wrong'}`);
};

/** @throws StageError for a text that is no JSON. */
export const parse = (text: string, name: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StageError(`${name} is not JSON: ${(error as Error).message}`);
  }
};

const told = (format: unknown): string =>
  format === undefined ? 'it names none' : `it says ${JSON.stringify(format)}`;
