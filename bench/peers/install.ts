import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '../processes.ts';
import type { Settings } from '../settings.ts';

/** The versions measured against. */
export const versions = { turbo: '2.11.11', wireit: '0.14.13' } as const;

/** Installs the peers into a folder of the bench's own, once. Returns it, or says why they cannot be had. */
export const installPeers = ({ folder }: Settings): { readonly peers: string } | { readonly missing: string } => {
  const peers = join(folder, `peers-${Object.values(versions).join('-')}`);
  if (existsSync(join(peers, 'installed'))) return { peers };
  mkdirSync(peers, { recursive: true });
  writeFileSync(join(peers, 'package.json'), JSON.stringify({ private: true, dependencies: versions }));
  try {
    call(['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: peers });
  } catch (error) {
    return { missing: `turbo and wireit could not be installed: ${(error as Error).message.split('\n').at(-1)}` };
  }
  writeFileSync(join(peers, 'installed'), '');
  return { peers };
};
