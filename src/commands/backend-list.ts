import { userCacheFolder } from '../machine/cache-folder.ts';
import { bytesOf, damageOf } from '../machine/tensorflow/check.ts';
import { backendsFolder, type Installed, listInstalled } from '../machine/tensorflow/find.ts';
import { type BackendRow, renderBackends } from '../ui/backend-view.ts';

/** `stemma backend`: what is installed for all projects of this user. */
export const backendList = (options: { readonly json?: boolean }): number => {
  const cache = userCacheFolder({ environment: process.env });
  const rows = listInstalled(cache).map(rowOf);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ folder: backendsFolder(cache), backends: rows }, null, 2)}\n`);
  else process.stdout.write(renderBackends(rows, backendsFolder(cache)));
  return 0;
};

const rowOf = (installed: Installed): BackendRow => {
  const damage = damageOf(installed);
  const { kind, name } = installed.installation.source;
  const source = kind === 'folder' ? `copied from ${name}` : kind === 'pip' ? `${name}, by pip` : name;
  return { name: installed.name, bytes: bytesOf(installed), source, ...(damage !== undefined && { damage }) };
};
