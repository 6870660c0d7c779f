import { globSync } from 'tinyglobby';

/**
 * Files of the project that a glob matches, relative to it, sorted by code units. Hidden files, `artifacts/` and
 * `node_modules/` are not matched.
 */
export const expandGlob = (root: string, pattern: string): readonly string[] =>
  globSync(pattern, { cwd: root, dot: false, ignore: ['artifacts/**', '**/node_modules/**'] }).sort();
