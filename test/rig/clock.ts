import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Returns when the file system's clock has moved on so far that what was written before is in no tick with what is
 * written after: files that are younger are remembered by no stat cache.
 */
export const passTick = (folder: string): void => {
  const probe = join(folder, '.probe');
  writeFileSync(probe, '');
  const start = statSync(probe).ctimeMs;
  while (statSync(probe).ctimeMs < start + 25) writeFileSync(probe, '');
  rmSync(probe);
};
