/** What stands before a piece that does not begin a word. */
export const inner = '##';

/**
 * Cuts a word into pieces of a vocabulary, each time the longest that fits.
 *
 * @param ids of the pieces.
 * @param longest characters of a word; a longer one is unknown.
 * @returns undefined where the word is unknown: it cannot be cut so.
 * @see Y. Wu et al.: Google's Neural Machine Translation System, arXiv:1609.08144.
 */
export const wordPieces = (
  word: string,
  ids: ReadonlyMap<string, number>,
  longest: number,
): readonly number[] | undefined => {
  const characters = Array.from(word);
  if (characters.length > longest) return undefined;
  const found: number[] = [];
  for (let from = 0; from < characters.length; ) {
    let to = characters.length;
    let id: number | undefined;
    for (; to > from; to -= 1) {
      id = ids.get(`${from > 0 ? inner : ''}${characters.slice(from, to).join('')}`);
      if (id !== undefined) break;
    }
    if (id === undefined) return undefined;
    found.push(id);
    from = to;
  }
  return found;
};
