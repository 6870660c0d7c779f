/**
 * Names of columns. A table does not tell two names apart that differ in case alone.
 */

/** The first two names that a table takes for the same; null where all are distinct. */
export const findTwins = (names: readonly string[]): readonly [string, string] | null => {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) return [other, name];
    seen.set(name.toLowerCase(), name);
  }
  return null;
};

/** The names, each made different from those before it by a number where it has to be: "x=a", "x=A (2)". */
export const distinctNames = (names: readonly string[]): string[] => {
  const seen = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let count = 2; seen.has(distinct.toLowerCase()); count += 1) distinct = `${name} (${count})`;
    seen.add(distinct.toLowerCase());
    return distinct;
  });
};
