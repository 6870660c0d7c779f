import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mayMount, mountReadOnly, mountSmall } from '../reliability/no-room.ts';
import { isNight } from '../rig/depth.ts';
import { stemma } from '../rig/kept.ts';
import { createProject, temporaryFolder } from '../rig/project.ts';
import type { Ended, StartOptions } from '../rig/stemma.ts';
import { compiler, hasPip, pythonWith, toolFolder } from './stand-ins.ts';
import { cpuWheelName, gpuWheelName, tensorflowMembers, writeWheel } from './wheels.ts';

// What is in the way of an installation is told in one line with a hint, and leaves nothing.

interface Place {
  readonly cache: string;
  readonly env?: StartOptions['env'];
}

const install = async (args: readonly string[], { cache, env }: Place): Promise<Ended> =>
  stemma(createProject(), ['backend', 'install', ...args], { env: { STEMMA_CACHE_DIR: cache, ...env } });

const expectRefused = (ended: Ended, message: RegExp, exitCode = 1): void => {
  expect(ended.stderr).toMatch(message);
  const errors = ended.stderr.split('\n').filter((line) => line.startsWith('error: '));
  expect(errors).toHaveLength(1);
  expect(ended.stderr).not.toContain('    at ');
  expect(ended).toMatchObject({ exitCode, stdout: '' });
};

/** What is left where installations stand. */
const left = (cache: string): readonly string[] =>
  existsSync(join(cache, 'backends')) ? readdirSync(join(cache, 'backends')) : [];

const wheelIn = (folder: string, name = cpuWheelName, members = tensorflowMembers({ cuda: false })): string => {
  writeWheel(join(folder, name), members);
  return join(folder, name);
};

describe('a wheel that is given', () => {
  const refused = async (change: (file: string) => void, message: RegExp, args: readonly string[] = []) => {
    const cache = temporaryFolder();
    const file = wheelIn(temporaryFolder());
    change(file);
    expectRefused(await install(['--from', file, ...args], { cache }), message);
    expect(left(cache)).toEqual([]);
  };

  it('is cut off', () =>
    refused((file) => writeFileSync(file, readFileSync(file).subarray(0, -100)), /the wheel .* is damaged or cut off/));

  it('has other bytes than its checksums say', () =>
    refused((file) => {
      const bytes = readFileSync(file);
      const at = bytes.indexOf('libtensorflow_cc.so.2') + 'libtensorflow_cc.so.2'.length + 4;
      bytes[at] = bytes[at]! ^ 0x55;
      writeFileSync(file, bytes);
    }, /the wheel .* is damaged: tensorflow\/libtensorflow_cc\.so\.2/));

  it('lacks a library', () =>
    refused((file) => {
      const { 'tensorflow/libtensorflow_framework.so.2': _, ...members } = tensorflowMembers({ cuda: false });
      writeWheel(file, members);
    }, /holds no tensorflow\/libtensorflow_framework\.so\.2/));

  it('holds a path that leads out of its folder', () =>
    refused(
      (file) => writeWheel(file, { ...tensorflowMembers({ cuda: false }), 'tensorflow_cpu.libs/..': 'x' }),
      /leads out of its folder/,
    ));

  it('does not go with the addon: what the compiler says is told', () =>
    refused(() => {}, /g\+\+ does not compile the addon: .*error/));

  it('is not there, is of another version, or is nothing of the kind: a mistake', async () => {
    const cache = temporaryFolder();
    const folder = temporaryFolder();
    const other = wheelIn(folder, 'tensorflow-2.19.0-cp311-cp311-manylinux_2_27_x86_64.whl');
    const cases = [
      ['/no/such/file', /there is nothing at \/no\/such\/file/],
      [other, /is TensorFlow 2\.19\.0, and Stemma knows 2\.21\.0/],
      [temporaryFolder(), /holds neither a wheel of TensorFlow nor/],
    ] as const;
    for (const [from, message] of cases) expectRefused(await install(['--from', from], { cache }), message, 2);
    expect(left(cache)).toEqual([]);
  });

  it('was built for the processor, and --gpu asks for the other: a mistake', async () => {
    const cache = temporaryFolder();
    const ended = await install(['--gpu', '--from', wheelIn(temporaryFolder())], { cache });
    expectRefused(ended, /was built for the processor alone/, 2);
    expect(left(cache)).toEqual([]);
  });

  it("has no wheels of CUDA's libraries beside it", async () => {
    const cache = temporaryFolder();
    const file = wheelIn(temporaryFolder(), gpuWheelName, tensorflowMembers({ cuda: true }));
    expectRefused(await install(['--gpu', '--from', file], { cache }), /CUDA's libraries are not beside TensorFlow/);
    expect(left(cache)).toEqual([]);
  });
});

describe('the machine lacks', () => {
  const refused = async (path: string, message: RegExp, env: StartOptions['env'] = {}) => {
    const cache = temporaryFolder();
    expectRefused(await install([], { cache, env: { PATH: path, ...env } }), message);
    expect(left(cache)).toEqual([]);
  };

  it('a compiler', () => refused(toolFolder([]), /there is no C\+\+ compiler here/));
  it('the compiler that CXX names', () =>
    refused(toolFolder(['g++']), /CXX names "no-such-compiler", which is no C\+\+ compiler/, {
      CXX: 'no-such-compiler',
    }));
  it('Python', () => refused(toolFolder([], { 'g++': compiler }), /there is no python3 here/));
  it('pip', () => refused(toolFolder([], { 'g++': compiler, python3: 'exit 1' }), /python3 here has no pip/));
  it('a pip that does as it is told, once it was said what that is to bring, and how much', () => {
    const python3 = pythonWith('echo "ERROR: out of order" >&2; exit 7');
    return refused(
      toolFolder([], { 'g++': compiler, python3 }),
      /pip downloads tensorflow-cpu: [\d.]+ MB, about [\d.]+ MB on the disk.*pip does not bring tensorflow-cpu 2\.21\.0: out of order/s,
    );
  });
  it('room for what pip brings', () => {
    const says = 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device';
    const python3 = pythonWith(`echo "${says}" >&2; exit 1`);
    return refused(toolFolder([], { 'g++': compiler, python3 }), /error: the disk is full/);
  });
  it('a pip that brings what was asked for', () => {
    // It ends well, and what it brought is something else.
    const bring = 'while [ "$1" != "--dest" ]; do shift; done; echo other > "$2/tensorflow_cpu.whl"; exit 0';
    return refused(toolFolder([], { 'g++': compiler, python3: pythonWith(bring) }), /its SHA-256 differs/);
  });
});

const pip = hasPip();
if (!pip) console.log('python3 has no pip here: what real pip says is not tested');

describe.runIf(pip)('real pip', () => {
  const settings = { PIP_CONFIG_FILE: '/dev/null', PIP_DISABLE_PIP_VERSION_CHECK: '1' };

  it('finds a wheel of the name with another digest', async () => {
    const [cache, folder] = [temporaryFolder(), temporaryFolder()];
    wheelIn(folder);
    const env = { ...settings, PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder };
    expectRefused(
      await install([], { cache, env }),
      /what pip brought as tensorflow-cpu 2\.21\.0 is not what it should be/,
    );
    expect(left(cache)).toEqual([]);
  });

  it('does not reach its index', async () => {
    const cache = temporaryFolder();
    // Nobody listens at port 1 of this machine.
    const env = { ...settings, PIP_INDEX_URL: 'http://127.0.0.1:1/simple', PIP_RETRIES: '1' };
    expectRefused(await install([], { cache, env }), /pip does not reach its index/);
    expect(left(cache)).toEqual([]);
  });
});

const mounts = mayMount();
if (!mounts) console.log('no mount is allowed here: no full disk and no read-only folder');

describe('the cache folder', () => {
  it.runIf(mounts)('is read-only', async () => {
    const cache = temporaryFolder();
    mountReadOnly(cache);
    expectRefused(await install([], { cache }), /the file system is read-only/);
  });

  it.runIf(mounts)('has no room', async () => {
    const cache = mountSmall(1 << 20);
    const ended = await install(['--from', wheelIn(temporaryFolder())], { cache });
    expectRefused(ended, /there are 0\.0 GB free at .*, and this needs 1\.0 GB/);
    expect(ended.stderr).toContain('STEMMA_CACHE_DIR');
    expect(left(cache)).toEqual([]);
  });

  const withLibraries = (count: number, bytes: number): string =>
    wheelIn(temporaryFolder(), cpuWheelName, {
      ...tensorflowMembers({ cuda: false }),
      ...Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`tensorflow_cpu.libs/lib${i}.so`, Buffer.alloc(bytes)] as const),
      ),
    });

  it.runIf(mounts)('has no room for one more file in the middle', async () => {
    const cache = mountSmall(1_010_000_000, 20);
    expectRefused(await install(['--from', withLibraries(26, 10)], { cache }), /the disk is full \(open/);
    expect(left(cache)).toEqual([]);
  });

  // By night (`make nightly`), since a gigabyte has to be written before it is full.
  it.runIf(mounts && isNight)('gets full in the middle of a file', { timeout: 300_000 }, async () => {
    const cache = mountSmall(1_010_000_000);
    expectRefused(await install(['--from', withLibraries(26, 40_000_000)], { cache }), /the disk is full \(write/);
    expect(left(cache)).toEqual([]);
  });

  it('is a file', async () => {
    const cache = join(temporaryFolder(), 'file');
    writeFileSync(cache, '');
    const ended = await install([], { cache });
    expect(ended).toMatchObject({ exitCode: 1 });
    expect(ended.stderr).toMatch(/^error: ENOTDIR/m);
  });
});

describe('what is installed', () => {
  const put = (cache: string, name: string): void => {
    const folder = join(cache, 'backends', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'binding.node'), 'x');
    const [, tensorflow, device] = name.split('-');
    const system = { platform: process.platform, arch: process.arch, nodeApi: 8 };
    const files = [{ path: 'binding.node', bytes: 1, sha256: 'a'.repeat(64) }];
    const rest = { addon: '4.22.0', source: { kind: 'pip', name: 'x.whl' }, libraryFolders: [], files };
    const installation = { format: 'stemma-tensorflow-v1', tensorflow, device, system, ...rest };
    writeFileSync(join(folder, 'installation.json'), JSON.stringify(installation));
  };
  const backend = (cache: string, ...args: string[]): Promise<Ended> =>
    stemma(createProject(), ['backend', ...args], { env: { STEMMA_CACHE_DIR: cache } });

  it('is listed, and taken as it is by the next project', async () => {
    const cache = temporaryFolder();
    expect((await backend(cache)).stdout).toContain('no backend is installed');
    put(cache, 'tensorflow-2.21.0-cpu');
    expect((await backend(cache, 'list')).stdout).toMatch(/tensorflow-2\.21\.0-cpu +1 B +x\.whl, by pip/);
    const again = await install([], { cache, env: { PATH: '' } });
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(again.stdout).toContain('is installed already');
    expect(JSON.parse((await backend(cache, 'list', '--json')).stdout)).toMatchObject({
      backends: [{ name: 'tensorflow-2.21.0-cpu', bytes: 1 }],
    });
  });

  it('is made again where it is damaged', async () => {
    const cache = temporaryFolder();
    put(cache, 'tensorflow-2.21.0-cpu');
    writeFileSync(join(cache, 'backends/tensorflow-2.21.0-cpu/binding.node'), 'longer');
    expect((await backend(cache)).stdout).toContain('damaged: binding.node has 6 bytes instead of 1');
    const ended = await install([], { cache, env: { PATH: '' } });
    expectRefused(ended, /what is installed is damaged \(binding\.node has 6 bytes instead of 1\), and is made again/);
  });

  it('is removed by its name, or where it is the only one', async () => {
    const cache = temporaryFolder();
    expect(await backend(cache, 'remove')).toMatchObject({ exitCode: 2 });
    for (const device of ['cpu', 'gpu']) put(cache, `tensorflow-2.21.0-${device}`);
    const several = await backend(cache, 'remove');
    expect(several).toMatchObject({ exitCode: 2 });
    expect(several.stderr).toContain('tensorflow-2.21.0-cpu, tensorflow-2.21.0-gpu');
    const wrong = await backend(cache, 'remove', 'tensorflow-2.21.0-gpo');
    expect(wrong.stderr).toContain('did you mean "tensorflow-2.21.0-gpu"?');
    expect(await backend(cache, 'remove', '../../x')).toMatchObject({ exitCode: 2 });
    expect(await backend(cache, 'remove', 'tensorflow-2.21.0-gpu')).toMatchObject({ exitCode: 0 });
    expect(await backend(cache, 'remove')).toMatchObject({ exitCode: 0, stdout: 'removed tensorflow-2.21.0-cpu' });
    expect(left(cache)).toEqual([]);
  });
});
