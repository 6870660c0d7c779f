import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InstallJob } from '../../src/machine/tensorflow/job.ts';
import { pinnedWheels } from '../../src/machine/tensorflow/pins.ts';
import { chooseSource } from '../../src/machine/tensorflow/source.ts';
import { unfitness } from '../../src/machine/tensorflow/system.ts';
import { takeTensorflow } from '../../src/machine/tensorflow/take.ts';
import { temporaryFolder } from '../rig/project.ts';
import { toolFolder } from './stand-ins.ts';
import { cpuWheelName, gpuWheelName, tensorflowMembers, writeWheel } from './wheels.ts';

const system = { platform: 'linux', arch: 'x64', glibc: '2.36' } as const;

const jobIn = (work: string): InstallJob & { readonly told: string[] } => {
  const told: string[] = [];
  return {
    work,
    told,
    environment: process.env,
    signal: new AbortController().signal,
    began: (part) => void told.push(part),
    progress: (part, done, total) => void told.push(`${part} ${done === total}`),
  };
};

const tools = (path: string) => ({ environment: { PATH: path } });

describe('a wheel', () => {
  it('gives its libraries and the headers that are needed, and nothing else', async () => {
    const [folder, work] = [temporaryFolder(), temporaryFolder()];
    writeWheel(join(folder, cpuWheelName), {
      ...tensorflowMembers({ cuda: false }),
      'tensorflow_cpu.libs/libgomp.so.1': 'g',
    });
    const source = await chooseSource({ device: 'cpu', from: folder, system, tools: tools('') });
    const job = jobIn(work);
    const taken = await takeTensorflow(source, 'cpu', job);
    expect(
      readdirSync(work, { recursive: true, encoding: 'utf8' })
        .filter((path) => statSync(join(work, path)).isFile())
        .sort(),
    ).toEqual([
      'build/include/tensorflow/c/c_api.h',
      'lib/libgomp.so.1',
      'lib/libtensorflow_cc.so.2',
      'lib/libtensorflow_framework.so.2',
    ]);
    expect(readFileSync(join(work, 'lib/libtensorflow_cc.so.2'), 'utf8')).toBe('no library'.repeat(1000));
    expect(taken).toMatchObject({ source: { kind: 'wheel', name: cpuWheelName }, libraryFolders: ['lib'] });
    expect(job.told).toEqual(expect.arrayContaining(['unpack', 'unpack true']));
  });

  it("for the GPU brings CUDA's libraries from the wheels beside it, and the folders that the linker needs", async () => {
    const [folder, work] = [temporaryFolder(), temporaryFolder()];
    writeWheel(join(folder, gpuWheelName), tensorflowMembers({ cuda: true }));
    writeWheel(join(folder, 'nvidia_cublas_cu12-12.9.2.10-py3-none-manylinux_2_27_x86_64.whl'), {
      'nvidia/cublas/lib/libcublas.so.12': 'cublas',
      'nvidia/cublas/include/cublas.h': 'not needed',
    });
    writeWheel(join(folder, 'nvidia_cuda_nvcc_cu12-12.9.86-py3-none-manylinux2010_x86_64.whl'), {
      'nvidia/cuda_nvcc/bin/ptxas': 'ptxas',
      'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc': 'bits',
    });
    const source = await chooseSource({ device: 'gpu', from: join(folder, gpuWheelName), system, tools: tools('') });
    const taken = await takeTensorflow(source, 'gpu', jobIn(work));
    expect(taken.libraryFolders).toEqual(['cuda/cublas/lib']);
    expect(readFileSync(join(work, 'cuda/cublas/lib/libcublas.so.12'), 'utf8')).toBe('cublas');
    expect(statSync(join(work, 'cuda/cuda_nvcc/bin/ptxas')).mode & 0o111).toBe(0o111);
    expect(existsSync(join(work, 'cuda/cuda_nvcc/nvvm/libdevice/libdevice.10.bc'))).toBe(true);
    expect(existsSync(join(work, 'cuda/cublas/include'))).toBe(false);
  });
});

describe('a TensorFlow that this machine has', () => {
  const sitePackages = ({ cuda }: { readonly cuda: boolean }): string => {
    const site = temporaryFolder();
    for (const [path, text] of Object.entries(tensorflowMembers({ cuda }))) {
      mkdirSync(join(site, path, '..'), { recursive: true });
      writeFileSync(join(site, path), text);
    }
    mkdirSync(join(site, 'nvidia/cublas/lib'), { recursive: true });
    mkdirSync(join(site, 'tensorflow-2.21.0.dist-info'));
    return site;
  };
  const pythonThatSays = (...lines: string[]): string =>
    toolFolder([], {
      python3: `case "$2" in *importlib*) printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')};; *) exit 0;; esac`,
    });

  it('is copied, and for the GPU uses the CUDA libraries beside it where they are', async () => {
    const site = sitePackages({ cuda: true });
    for (const from of [site, join(site, 'tensorflow')]) {
      const work = temporaryFolder();
      const source = await chooseSource({ device: 'gpu', from, system, tools: tools('') });
      const taken = await takeTensorflow(source, 'gpu', jobIn(work));
      expect(taken.libraryFolders).toEqual([join(site, 'nvidia/cublas/lib')]);
      expect(readFileSync(join(work, 'lib/libtensorflow_cc.so.2'), 'utf8')).toBe('no library'.repeat(1000));
    }
  });

  it('is found in Python, if it has the right version and was built for what is asked for', async () => {
    const folder = join(sitePackages({ cuda: false }), 'tensorflow');
    const choose = (device: 'cpu' | 'gpu', path: string) => chooseSource({ device, system, tools: tools(path) });
    const right = pythonThatSays('2.21.0', folder, 'False');
    expect(await choose('cpu', right)).toEqual({ kind: 'folder', folder, found: true });
    expect(await choose('gpu', right)).toMatchObject({ kind: 'pip' });
    expect(await choose('gpu', pythonThatSays('2.21.0', folder, 'True'))).toMatchObject({ kind: 'folder' });
    expect(await choose('cpu', pythonThatSays('2.20.0', folder, 'False'))).toMatchObject({ kind: 'pip' });
    expect(await choose('cpu', pythonThatSays(''))).toMatchObject({ kind: 'pip' });
  });

  it('of another version, where it is named, is a mistake', async () => {
    const site = temporaryFolder();
    mkdirSync(join(site, 'tensorflow'));
    for (const name of ['cc', 'framework']) writeFileSync(join(site, `tensorflow/libtensorflow_${name}.so.2`), '');
    mkdirSync(join(site, 'tensorflow_cpu-2.19.1.dist-info'));
    await expect(chooseSource({ device: 'cpu', from: site, system, tools: tools('') })).rejects.toMatchObject({
      kind: 'mistake',
      message: expect.stringContaining('is TensorFlow 2.19.1, and Stemma knows 2.21.0'),
    });
  });
});

it('machines that TensorFlow is not made for are told why', () => {
  expect(unfitness(system)).toBeUndefined();
  expect(unfitness({ ...system, arch: 'arm64' })).toBeUndefined();
  expect(unfitness({ ...system, glibc: null })).toContain('musl');
  expect(unfitness({ ...system, glibc: '2.17' })).toBe('TensorFlow needs glibc 2.27 or newer, and this is 2.17');
  expect(unfitness({ ...system, arch: 'riscv64' })).toContain('riscv64');
  expect(unfitness({ platform: 'darwin', arch: 'arm64', glibc: null })).toContain('Linux only');
});

it('what has not been pinned is refused with the reason', async () => {
  await expect(
    chooseSource({ device: 'gpu', system: { ...system, arch: 'arm64' }, tools: tools('') }),
  ).rejects.toMatchObject({ message: 'no TensorFlow for the GPU of linux arm64 has been pinned yet' });
});

it('every pin is whole', () => {
  for (const place of ['linux-x64-cpu', 'linux-arm64-cpu', 'linux-x64-gpu']) {
    const { wheels } = pinnedWheels(place)!;
    expect(wheels[0].version).toBe('2.21.0');
    for (const { sha256 } of wheels) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(wheels.map(({ sha256 }) => sha256)).size).toBe(wheels.length);
  }
});
