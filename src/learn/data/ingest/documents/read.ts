import { StageError } from '../../../error.ts';
import type { Column } from '../../dataset.ts';

/** The values of one example, without its label, by column; null: missing. */
export type Values = Readonly<Record<string, string | null>>;

/** How files of a format become examples. */
export interface DocumentReader {
  /** The columns before the label. */
  readonly columns: readonly Column[];
  /** Names of its files, and how they are told. */
  readonly files: { readonly name: RegExp; readonly known: string };
  /**
   * The examples of a file, in order: of most files one.
   *
   * @throws StageError that names the file, where it cannot be read.
   */
  readonly read: (bytes: Buffer, name: string) => Promise<readonly Values[]>;
}

/** A byte order mark is no text; what is no UTF-8 is an error that names the file. */
export const decodeUtf8 = (bytes: Uint8Array, name: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new StageError(`${name} is not encoded in UTF-8`, 'save it as UTF-8');
  }
};

/** The text in a field of a file with a JSON object. */
export const fieldOf = (bytes: Uint8Array, path: string, field: string): string => {
  const text = decodeUtf8(bytes, path);
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
