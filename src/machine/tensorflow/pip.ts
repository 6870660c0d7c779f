import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ToolEnd } from '../run-tool.ts';
import { sha256Of } from './digest.ts';
import type { InstallJob } from './job.ts';
import type { PinnedWheel } from './pins.ts';
import { InstallProblem } from './problem.ts';
import { python } from './python.ts';

/** A wheel on the disk, whose digest was computed. */
export interface LocalWheel {
  readonly file: string;
  readonly sha256: string;
}

/** Lets pip bring wheels into the job's folder, with the user's own index, mirrors and certificates. */
export const download = async (wheels: readonly PinnedWheel[], job: InstallJob): Promise<readonly LocalWheel[]> => {
  const total = wheels.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  let before = 0;
  const brought: LocalWheel[] = [];
  for (const wheel of wheels) {
    const folder = join(job.work, 'wheels', wheel.name);
    brought.push(
      await downloadOne(wheel, { folder, job, told: (bytes) => job.progress('download', before + bytes, total) }),
    );
    before += wheel.bytes ?? 0;
  }
  return brought;
};

interface Target {
  readonly folder: string;
  readonly job: InstallJob;
  readonly told: (bytes: number) => void;
}

const downloadOne = async (wheel: PinnedWheel, { folder, job, told }: Target): Promise<LocalWheel> => {
  const temporary = join(folder, 'tmp');
  await mkdir(temporary, { recursive: true });
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--require-hashes', '--no-cache-dir'];
  const place = ['--python-version', wheel.python, ...wheel.platforms.flatMap((name) => ['--platform', name])];
  // pip tells its progress to terminals only: what has arrived so far is in its temporary folder.
  const watch = setInterval(() => void sizeOf(folder).then(told), watchEvery);
  const ended = await python([...args, ...place, '--dest', folder, '--requirement', requirements], {
    environment: { ...job.environment, TMPDIR: temporary },
    signal: job.signal,
  }).finally(() => clearInterval(watch));
  if (ended.kind !== 'ended' || ended.exitCode !== 0) throw pipProblem(wheel, ended);
  const [name] = (await readdir(folder)).filter((each) => each.endsWith('.whl'));
  if (name === undefined) throw new InstallProblem(`pip brought no wheel of ${wheel.name}`);
  const file = join(folder, name);
  const sha256 = await sha256Of(file, job.signal);
  if (sha256 !== wheel.sha256) throw new InstallProblem(mismatch(wheel), distrust);
  return { file, sha256 };
};

const watchEvery = 500;

const mismatch = ({ name, version }: PinnedWheel): string =>
  `what pip brought as ${name} ${version} is not what it should be: its SHA-256 differs`;
const distrust = 'nothing of it was used; look at the index or the mirror that pip is set up for';

const pipProblem = (wheel: PinnedWheel, ended: ToolEnd): InstallProblem => {
  const { name, version } = wheel;
  if (ended.kind === 'missing') return new InstallProblem('there is no python3 here');
  if (ended.kind === 'signal') return new InstallProblem(`pip was ended by ${ended.signal}`);
  const said = `${ended.stdout}\n${ended.stderr}`;
  if (/DO NOT MATCH THE HASHES/i.test(said)) return new InstallProblem(mismatch(wheel), distrust);
  if (/No space left on device/i.test(said)) return new InstallProblem('the disk is full');
  if (offline.test(said)) {
    return new InstallProblem(
      `pip does not reach its index, from which ${name} ${version} would come`,
      'go online, set up a mirror for pip, or give a TensorFlow with --from',
    );
  }
  const reason = ended.stderr
    .split('\n')
    .filter((line) => line.startsWith('ERROR: '))
    .at(-1);
  return new InstallProblem(
    `pip does not bring ${name} ${version}: ${reason?.slice('ERROR: '.length) ?? `exit code ${ended.exitCode}`}`,
    'give a TensorFlow with --from',
  );
};

const offline =
  /NewConnectionError|Name or service not known|Temporary failure in name resolution|ConnectTimeout|Network is unreachable|Connection refused|ProxyError/i;

const sizeOf = async (folder: string): Promise<number> => {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
};
