/**
 * The path of a dep or an out that stage.json requires.
 *
 * @param paths `context.deps` or `context.outs`.
 */
export const pathOf = (paths: Readonly<Record<string, string>>, name: string): string => {
  const path = paths[name];
  if (path === undefined) throw new RangeError(`the stage context has no path for "${name}"`);
  return path;
};
