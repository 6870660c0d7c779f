/**
 * The candidate that a mistyped word was probably meant to be, if one is near enough: at most a third of its letters
 * wrong, or one letter of a short word. Among equally near ones, the first.
 */
export const closest = (word: string, candidates: Iterable<string>): string | undefined => {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance || candidate === word) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    // One letter for another is no mistyped word.
    if (distance < bestDistance && distance * 2 < Math.max(word.length, candidate.length))
      [best, bestDistance] = [candidate, distance];
  }
  return best;
};

/** A hint for people: `did you mean "x"?`, else what there is to choose from, if that is short. */
export const suggest = (word: string, candidates: Iterable<string>, what?: string): string | undefined => {
  const known = [...candidates];
  const near = word.length <= longestWord ? closest(word, known) : undefined;
  if (near !== undefined) return `did you mean "${near}"?`;
  if (what === undefined) return undefined;
  if (known.length === 0) return `there are no ${what}`;
  const shown = known.slice(0, 12).join(', ');
  return `${what}: ${shown}${known.length > 12 ? `, and ${known.length - 12} more` : ''}`;
};

const longestWord = 100;

/**
 * The same hint for a word that is more or less than a name, if that is so of one candidate alone:
 * `BatchNormalization` for `BatchNorm`, `plateau` for `reduce_on_plateau`.
 */
export const suggestPart = (word: string, candidates: readonly string[]): string | undefined => {
  if (word.length > longestWord) return undefined;
  const alike = candidates.filter((candidate) => {
    const [shorter, longer] = [candidate.toLowerCase(), word.toLowerCase()].sort((a, b) => a.length - b.length);
    return shorter!.length >= 4 && longer!.includes(shorter!);
  });
  return alike.length === 1 ? `did you mean "${alike[0]}"?` : undefined;
};

/**
 * Fewest insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`: the optimal string
 * alignment distance (Damerau 1964; no part of the word is edited twice). Takes time `a.length * b.length`.
 */
export const editDistance = (a: string, b: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, beforeLast[j - 2]! + 1);
      row.push(best);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
};
