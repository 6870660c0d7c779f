import { StageError } from '../../error.ts';

export interface ReadTokenizerOptions {
  /** Of a vocab.txt, which does not say: whether texts are made lower case, and lose their accents. */
  readonly lowerCase: boolean;
  /** The piece that fills rows, where the file names none. */
  readonly pad?: string | undefined;
}

/**
 * A vocabulary in the order of its ids.
 *
 * @throws StageError where it is none, or an id is given twice or not at all.
 */
export const listOf = (content: unknown, name: string): string[] => {
  const entries = Object.entries(Object(content) as object);
  const list: string[] = [];
  for (const [piece, id] of entries) {
    if (!Number.isSafeInteger(id) || id < 0 || id >= entries.length || list[id] !== undefined) {
      throw new StageError(`${name}: the piece "${piece}" has ${shown(id)}, of ${entries.length} pieces`);
    }
    list[id] = piece;
  }
  if (list.length === 0) throw new StageError(`${name} has no vocabulary`);
  return list;
};

/** No more of it: what is nested deeply cannot be written down. */
const shown = (id: unknown): string =>
  typeof id === 'number' ? `the id ${id}` : `${id === null ? 'null' : `a value of type ${typeof id}`} for an id`;

export const idOf = (vocabulary: readonly string[], piece: string, name: string): number => {
  const id = vocabulary.indexOf(piece);
  if (id >= 0) return id;
  throw new StageError(`${name} has no piece "${piece}"`, 'name the pieces as the vocabulary has them');
};

/** @throws StageError where nothing says what fills a row: 0 would be a piece of a text. */
export const padOf = (vocabulary: readonly string[], pad: string | undefined, name: string): number => {
  if (pad !== undefined) return idOf(vocabulary, pad, name);
  const usual = ['[PAD]', '<pad>'].find((piece) => vocabulary.includes(piece));
  if (usual !== undefined) return vocabulary.indexOf(usual);
  throw new StageError(`${name} has no piece that fills rows`, 'name one of its pieces by "pad", as "<|endoftext|>"');
};
