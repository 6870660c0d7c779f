import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** What building a container takes here and is not there; undefined where all is. */
export const missing: string | undefined =
  process.getuid?.() !== 0
    ? 'root'
    : ['buildah', 'debootstrap'].find((tool) => spawnSync(tool, ['--version']).error !== undefined);

export type Engine = ReturnType<typeof engineIn>;

/** buildah with a store of its own, without a daemon and without namespaces, which many machines forbid. */
export const engineIn = (folder: string) => {
  const store = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
  return {
    /** Runs a command of buildah to its end. */
    run: async (args: readonly string[]) => (await execa('buildah', [...store, ...args])).stdout,
    /** Starts a command in a container, with its user, folder and environment. */
    start: (container: string, command: readonly string[]) =>
      execa('buildah', [...store, 'run', '--isolation', 'chroot', container, '--', ...command], { reject: false }),
  };
};

/**
 * Makes an image of this name without a registry of images: Debian by debootstrap, the Node and npm of this machine, and the
 * user `node`. Certificates that this machine trusts are taken along, since its npm registry may need them.
 */
export const makeBase = async (engine: Engine, folder: string, name: string): Promise<void> => {
  const root = join(folder, 'base');
  await execa('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', root]);
  cpSync(process.execPath, join(root, 'usr/bin/node'));
  const { stdout: modules } = await execa('npm', ['root', '--global']);
  mkdirSync(join(root, 'usr/lib/node_modules'), { recursive: true });
  cpSync(join(modules, 'npm'), join(root, 'usr/lib/node_modules/npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/bin/npm'));
  await execa('chroot', [root, 'useradd', '--uid', '1000', '--create-home', 'node']);
  const certificates = process.env['NODE_EXTRA_CA_CERTS'];
  const settings = ['--env', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
  if (certificates !== undefined) {
    mkdirSync(dirname(join(root, certificates)), { recursive: true });
    cpSync(certificates, join(root, certificates), { dereference: true });
    settings.push('--env', `NODE_EXTRA_CA_CERTS=${certificates}`);
  }
  const base = await engine.run(['from', 'scratch']);
  await engine.run(['add', '--quiet', base, root, '/']);
  await engine.run(['config', ...settings, base]);
  await engine.run(['commit', '--quiet', base, name]);
};
