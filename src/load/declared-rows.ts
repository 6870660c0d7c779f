import type { JsonPath } from './finding.ts';

/** What stage types and commands declare of an out's rows. */
const keys = ['rows', 'fitted_on', 'chosen_on', 'judged_on'] as const;

/** A dep that an out names, and where it does so within the out. */
export interface NamedDep {
  readonly key: (typeof keys)[number];
  readonly dep: string;
  readonly path: JsonPath;
}

/** The deps that an out names where it says whose rows it holds and what it was made by. */
export const depsNamedIn = (
  out: { readonly [Key in (typeof keys)[number]]?: string | string[] },
): readonly NamedDep[] =>
  keys.flatMap((key): readonly NamedDep[] => {
    const names = out[key] ?? [];
    return typeof names === 'string'
      ? [{ key, dep: names, path: [key] }]
      : names.map((dep, index) => ({ key, dep, path: [key, index] }));
  });
