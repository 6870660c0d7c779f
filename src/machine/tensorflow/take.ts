import { constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { TensorflowInstallation } from '../../types/generated/tensorflow-installation.ts';
import { sha256Of } from './digest.ts';
import type { InstallJob } from './job.ts';
import { download, type LocalWheel } from './pip.ts';
import { InstallProblem } from './problem.ts';
import { libraries, type Source } from './source.ts';
import { type Member, placeOf, type Wheel, withWheel } from './wheel.ts';

/** TensorFlow's libraries in `lib/` of the job's folder, and what else has to be known of them. */
export interface Taken {
  readonly source: TensorflowInstallation['source'];
  /** Absolute path of the headers: needed until the addon is compiled. */
  readonly include: string;
  /** Relative to the installation, or absolute. */
  readonly libraryFolders: readonly string[];
}

/** Brings TensorFlow's libraries into the job's folder. */
export const takeTensorflow = async (source: Source, device: 'cpu' | 'gpu', job: InstallJob): Promise<Taken> => {
  if (source.kind === 'folder') return takeFolder(source.folder, device, job);
  if (source.kind === 'pip') {
    job.began('download');
    const [first, ...more] = await download(source.pinned.wheels, job);
    return takeWheels('pip', first!, more, { device, job });
  }
  const { file } = source;
  const first = { file, sha256: await sha256Of(file, job.signal) };
  return takeWheels(
    'wheel',
    first,
    source.more.map((each) => ({ file: each })),
    { device, job },
  );
};

interface Wanted {
  readonly device: 'cpu' | 'gpu';
  readonly job: InstallJob;
}

const takeWheels = async (
  kind: 'pip' | 'wheel',
  first: LocalWheel,
  more: readonly Pick<LocalWheel, 'file'>[],
  { device, job }: Wanted,
): Promise<Taken> => {
  job.began('unpack');
  const beside = await withWheel(first.file, async (wheel) => {
    if (device === 'gpu') await requireCudaBuild(wheel, first.file);
    return unpackTensorflow(wheel, first.file, job);
  });
  const cuda: string[] = [];
  for (const { file } of more) cuda.push(...(await withWheel(file, (wheel) => unpackCuda(wheel, job))));
  if (device === 'gpu' && cuda.length === 0) throw noCuda(dirname(first.file));
  return {
    source: { kind, name: basename(first.file), sha256: first.sha256 },
    include: join(job.work, 'build', 'include'),
    libraryFolders: [...beside, ...cuda],
  };
};

/** Folders of headers that the addon's sources reach: 14 files of 11,000. */
const headers =
  /^tensorflow\/(include\/(?:tensorflow\/c|tensorflow\/core\/platform|tsl\/platform|xla\/tsl\/c)\/.*\.h)$/;
/** What the makers of a wheel put beside the package for its libraries, as on arm64. */
const bundled = /^tensorflow(?:_cpu)?\.libs\/([^/]+)$/;

const unpackTensorflow = async (wheel: Wheel, file: string, job: InstallJob): Promise<readonly string[]> => {
  const { members } = wheel;
  const places = members.flatMap((member): [Member, string][] => {
    const name = libraries.find((library) => member.path === `tensorflow/${library}`) ?? bundled.exec(member.path)?.[1];
    if (name !== undefined) return [[member, placeOf(join(job.work, 'lib'), name)]];
    const header = headers.exec(member.path)?.[1];
    return header === undefined ? [] : [[member, placeOf(join(job.work, 'build'), header)]];
  });
  for (const library of libraries) {
    if (!members.some(({ path }) => path === `tensorflow/${library}`)) {
      throw new InstallProblem(`the wheel ${file} holds no tensorflow/${library}`, 'give a wheel for Linux');
    }
  }
  await unpackAll(wheel, places, job);
  return members.some(({ path }) => bundled.test(path)) ? ['lib'] : [];
};

/** CUDA's libraries, and what XLA compiles with; their folders are what the linker is told. */
const unpackCuda = async (wheel: Wheel, job: InstallJob): Promise<readonly string[]> => {
  const wanted = /^nvidia\/([^/]+)\/(?:lib|bin|nvvm)\/.+/;
  const members = wheel.members.filter(({ path }) => wanted.test(path) && !path.endsWith('/'));
  const places = members.map((member): [Member, string] => [
    member,
    placeOf(job.work, member.path.replace(/^nvidia/, 'cuda')),
  ]);
  await unpackAll(wheel, places, job);
  const folders = members.flatMap(({ path }) =>
    /\.so(?:\.\d+)*$/.test(path) ? [dirname(path).replace(/^nvidia/, 'cuda')] : [],
  );
  return [...new Set(folders)].filter((folder) => folder.endsWith('/lib'));
};

const unpackAll = async (wheel: Wheel, places: readonly [Member, string][], job: InstallJob): Promise<void> => {
  const total = places.reduce((sum, [{ bytes }]) => sum + bytes, 0);
  let done = 0;
  for (const [member, target] of places) {
    const onBytes = (bytes: number): void => {
      done += bytes;
      job.progress('unpack', done, total);
    };
    await wheel.extract(member, target, { signal: job.signal, onBytes });
  }
};

const requireCudaBuild = async (wheel: Wheel, file: string): Promise<void> => {
  const info = wheel.members.find(({ path }) => path === 'tensorflow/python/platform/build_info.py');
  if (info === undefined || !isCudaBuild(await wheel.text(info))) throw notForGpu(file);
};

const takeFolder = async (folder: string, device: 'cpu' | 'gpu', job: InstallJob): Promise<Taken> => {
  const cuda = device === 'gpu' ? cudaBeside(folder) : [];
  const include = join(folder, 'include');
  if (!existsSync(include)) throw new InstallProblem(`${folder} has no include/, whose headers the addon needs`);
  job.began('unpack');
  await mkdir(join(job.work, 'lib'), { recursive: true });
  const sizes = await Promise.all(libraries.map(async (name) => (await stat(join(folder, name))).size));
  for (const [i, name] of libraries.entries()) {
    job.signal.throwIfAborted();
    // A copy, since what belongs to a Python environment goes with it; without copying where the file system can.
    await copyFile(await realpath(join(folder, name)), join(job.work, 'lib', name), constants.COPYFILE_FICLONE);
    job.progress('unpack', sizes[0]! + (i === 1 ? sizes[1]! : 0), sizes[0]! + sizes[1]!);
  }
  return { source: { kind: 'folder', name: folder }, include, libraryFolders: cuda };
};

/**
 * CUDA's libraries that pip has put beside an installed TensorFlow; they are used where they are. None: the system's own
 * may do.
 */
const cudaBeside = (folder: string): readonly string[] => {
  const info = join(folder, 'python', 'platform', 'build_info.py');
  if (!existsSync(info) || !isCudaBuild(readFileSync(info, 'utf8'))) throw notForGpu(folder);
  const nvidia = join(dirname(folder), 'nvidia');
  const folders = existsSync(nvidia)
    ? readdirSync(nvidia)
        .sort()
        .map((name) => join(nvidia, name, 'lib'))
    : [];
  return folders.filter((each) => existsSync(each));
};

const isCudaBuild = (text: string): boolean => /'is_cuda_build', True/.test(text);

const notForGpu = (place: string): InstallProblem =>
  new InstallProblem(
    `the TensorFlow in ${place} was built for the processor alone`,
    'the wheel `tensorflow` for Linux x86-64 is the one for GPUs',
    'mistake',
  );

const noCuda = (place: string): InstallProblem =>
  new InstallProblem(
    `CUDA's libraries are not beside TensorFlow in ${place}`,
    '`pip install tensorflow[and-cuda]` brings them',
  );
