import { statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Of } from './digest.ts';
import type { Installed } from './find.ts';

/** What is wrong with the files of an installation, by their sizes; undefined where nothing is. */
export const damageOf = ({ folder, installation }: Installed): string | undefined => {
  for (const { path, bytes } of installation.files) {
    const found = statSync(join(folder, path), { throwIfNoEntry: false });
    if (found === undefined) return `${path} is missing`;
    if (found.size !== bytes) return `${path} has ${found.size} bytes instead of ${bytes}`;
  }
  return undefined;
};

/** As `damageOf`, by their content: reads hundreds of megabytes. */
export const damageInside = async (installed: Installed, signal: AbortSignal): Promise<string | undefined> => {
  const damage = damageOf(installed);
  if (damage !== undefined) return damage;
  for (const { path, sha256 } of installed.installation.files) {
    if ((await sha256Of(join(installed.folder, path), signal)) !== sha256) return `${path} has another SHA-256`;
  }
  return undefined;
};

/** Bytes of all files of an installation. */
export const bytesOf = ({ installation }: Installed): number =>
  installation.files.reduce((sum, { bytes }) => sum + bytes, 0);
