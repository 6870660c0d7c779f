import { resolve } from 'node:path';
import { replaceFile } from '../fingerprint/replace-file.ts';
import { linesOf, openLineageOf } from '../lineage/openlineage/export.ts';
import { originOf } from '../lineage/openlineage/facets.ts';
import type { RunAccount } from '../lineage/run-account.ts';
import { stemmaVersion } from '../run/record.ts';
import { namespaceOf } from './openlineage-settings.ts';

/** One event a line, on stdout or into a file that it replaces. */
export const exportOpenLineage = (
  account: RunAccount,
  { out, namespace }: { readonly out?: string; readonly namespace?: string },
): number => {
  const origin = originOf(namespace ?? namespaceOf(process.env), stemmaVersion());
  const text = linesOf(openLineageOf(origin, account));
  if (out === undefined) process.stdout.write(text);
  else replaceFile(resolve(out), text);
  return 0;
};
