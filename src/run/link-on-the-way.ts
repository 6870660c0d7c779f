import { lstatSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The first folder between `from` and `path`, both relative to the project, that is a symbolic link: what is written
 * to the path would land where it leads. `from` itself may be one, as people choose another disk for `artifacts/`.
 */
export const linkOnTheWay = (
  root: string,
  { from, path }: { readonly from: string; readonly path: string },
): string | undefined => {
  const names = path.slice(from.length + 1).split('/');
  const folders = names.slice(0, -1).map((_, i) => `${from}/${names.slice(0, i + 1).join('/')}`);
  return folders.find((folder) => lstatSync(join(root, folder), { throwIfNoEntry: false })?.isSymbolicLink());
};

/** Refuses to write below `artifacts/` through a link, as the system does where it is asked to follow none. */
export const refuseLinks = (root: string, path: string): void => {
  const link = linkOnTheWay(root, { from: 'artifacts', path });
  if (link === undefined) return;
  const message = `${link} is a link, and what is made is written to folders of artifacts/ alone: remove the link`;
  throw Object.assign(new Error(message), { code: 'ELOOP', syscall: 'open', path: link });
};
