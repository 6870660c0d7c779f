import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isRecord } from '../../load/is-record.ts';
import { packageRoot } from '../../load/project.ts';
import { runTool } from '../run-tool.ts';
import type { InstallJob } from './job.ts';
import { InstallProblem } from './problem.ts';
import { addonVersion } from './versions.ts';

/** The npm packages that an addon is built from; their content is pinned. */
const packages = {
  addon: {
    name: '@tensorflow/tfjs-node-gpu',
    version: addonVersion,
    integrity: 'sha512-p//NN6DGiN4hInUmIkRffaFVMcdTREUMjPyjW04J7OXvB2zBlQimj61eFKSgRrH3f5TnOfKzb0n56he/B6a4bw==',
  },
  // MIT; Node-API's own headers, which do not change with Node's version.
  headers: {
    name: 'node-api-headers',
    version: '1.5.0',
    integrity: 'sha512-Yi/FgnN8IU/Cd6KeLxyHkylBUvDTsSScT0Tna2zTrz8klmc8qF2ppj6Q1LHsmOueJWhigQwR4cO2p0XBGW5IaQ==',
  },
} as const;

type Package = (typeof packages)[keyof typeof packages];

/** What the addon and its kernels are made from: absolute paths of folders. */
export interface AddonSources {
  /** The package @tensorflow/tfjs-node-gpu: binding/, dist/. */
  readonly addon: string;
  /** node_api.h and what it includes. */
  readonly headers: string;
}

/** Those of node_modules and of the running Node where they are; npm brings the rest, and runs no script of theirs. */
export const findSources = async (job: InstallJob): Promise<AddonSources> => ({
  addon: installedAddon() ?? (await pack(packages.addon, job)),
  headers: nodeHeaders() ?? join(await pack(packages.headers, job), 'include'),
});

/** The addon's package of the very version, of the user's project or of Stemma's own. */
const installedAddon = (): string | undefined => {
  for (const from of [process.cwd(), packageRoot()]) {
    try {
      const file = createRequire(join(from, 'package.json')).resolve(`${packages.addon.name}/package.json`);
      const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
      if (isRecord(manifest) && manifest['version'] === addonVersion) return dirname(file);
    } catch {
      // It is not there, or its package.json cannot be read: npm brings another.
    }
  }
  return undefined;
};

const nodeHeaders = (): string | undefined => {
  const folder = join(dirname(dirname(process.execPath)), 'include', 'node');
  return existsSync(join(folder, 'node_api.h')) ? folder : undefined;
};

/** Unpacks an npm package into the job's folder. */
const pack = async ({ name, version, integrity }: Package, job: InstallJob): Promise<string> => {
  const folder = join(job.work, 'build', name.replaceAll('/', '-'));
  await mkdir(folder, { recursive: true });
  const options = { environment: job.environment, signal: job.signal, cwd: folder };
  const ended = await runTool('npm', ['pack', '--json', '--ignore-scripts', `${name}@${version}`], options);
  if (ended.kind === 'missing') throw new InstallProblem(`there is no npm here, which would bring ${name}`);
  const file = ended.kind === 'ended' && ended.exitCode === 0 ? packedName(ended.stdout) : undefined;
  if (file === undefined) {
    throw new InstallProblem(
      `npm does not bring ${name} ${version}`,
      `\`npm install --save-dev --ignore-scripts ${name}@${version}\` in this project says why, or does it`,
    );
  }
  const digest = createHash('sha512')
    .update(await readFile(join(folder, file)))
    .digest('base64');
  if (`sha512-${digest}` !== integrity) {
    throw new InstallProblem(
      `what npm brought as ${name} ${version} is not what it should be: its SHA-512 differs`,
      'nothing of it was used; look at the registry that npm is set up for',
    );
  }
  const untarred = await runTool('tar', ['-xzf', file], options);
  if (untarred.kind !== 'ended' || untarred.exitCode !== 0) throw new InstallProblem(`tar does not unpack ${file}`);
  return join(folder, 'package');
};

const packedName = (stdout: string): string | undefined => {
  try {
    const said: unknown = JSON.parse(stdout);
    const [first]: unknown[] = Array.isArray(said) ? said : [];
    return isRecord(first) && typeof first['filename'] === 'string' ? first['filename'] : undefined;
  } catch {
    return undefined;
  }
};
