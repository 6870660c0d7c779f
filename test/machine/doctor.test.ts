import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { userCacheFolder } from '../../src/machine/cache-folder.ts';
import { diagnose, type Surroundings } from '../../src/machine/doctor/backends.ts';
import type { Examination } from '../../src/machine/doctor/examine.ts';
import { cudaLibraries, findLibraries } from '../../src/machine/doctor/libraries.ts';
import { findNvidia } from '../../src/machine/doctor/nvidia.ts';
import type { Rung } from '../../src/machine/rungs.ts';
import { findTensorflow } from '../../src/machine/tensorflow/find.ts';
import { createProject, temporaryFolder } from '../rig/project.ts';
import { type StartOptions, stemma } from '../rig/stemma.ts';
import { toolFolder } from './stand-ins.ts';

// The doctor tries each backend in the very call: seconds of work. Where one backend alone is asked about, it alone is
// tried, by the same function. What stands in for NVIDIA's hardware is a program that says what nvidia-smi says there.

const doctor = async (env: StartOptions['env'] = {}, args: readonly string[] = ['--no-measure']) => {
  const ended = await stemma(createProject(), ['doctor', '--json', ...args], { env });
  return { ...ended, found: JSON.parse(ended.stdout) as Examination };
};

const rung = ({ backends }: Examination, name: string, device: 'cpu' | 'gpu') =>
  backends.find((backend) => backend.name === name && backend.device === device)!;

/** What the doctor would find out about one backend. */
const diagnosed = async (
  name: Rung['name'],
  device: Rung['device'],
  env: Readonly<Record<string, string>>,
  more: Partial<Surroundings> = {},
) => {
  const environment = { PATH: process.env['PATH'], STEMMA_CACHE_DIR: temporaryFolder(), ...env };
  const tools = { environment, signal: new AbortController().signal };
  const [nvidia, libraries] = await Promise.all([findNvidia(tools), findLibraries(cudaLibraries, [], tools)]);
  const around = {
    cache: environment.STEMMA_CACHE_DIR,
    nvidia,
    cudaLibraries: libraries,
    adapters: [],
    devices: [],
    threads: 2,
    measure: false,
  };
  return { nvidia, backend: await diagnose({ name, device }, { ...tools, ...around, ...more }) };
};

const nvidiaSmi = (lines: readonly string[]): string =>
  `case "$1" in --query-gpu=*) ${lines.map((line) => `echo '${line}'`).join('; ')};; *) echo '| NVIDIA-SMI 550.54.15  Driver Version: 550.54.15  CUDA Version: 12.4 |';; esac`;

const twoCards = nvidiaSmi(['0, NVIDIA H100 PCIe, 81559, 550.54.15', '1, NVIDIA A10, 23028, 550.54.15']);

/** Milliseconds: each call trains on each backend. */
const timeout = 180_000;

describe('a machine with nothing', { timeout }, () => {
  it('computes with wasm and plain JavaScript, and is told what is missing', async () => {
    const { exitCode, found, stderr } = await doctor({ PATH: toolFolder([]) });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('trying wasm');
    expect(found.node).toBe(process.versions.node);
    expect(found.tools).toMatchObject({
      compiler: { found: false, why: expect.stringContaining('no C++ compiler') },
      python: { found: false, why: 'there is no python3 here' },
      pip: { found: false },
    });
    expect(found.nvidia).toEqual({ found: false, why: 'there is no nvidia-smi here' });
    expect(rung(found, 'tensorflow', 'gpu')).toMatchObject({
      works: false,
      why: expect.stringMatching(/^no NVIDIA GPU/),
    });
    expect(rung(found, 'tensorflow', 'cpu')).toMatchObject({ works: false, hint: '`stemma backend install`' });
    for (const name of ['wasm', 'cpu'])
      expect(rung(found, name, 'cpu')).toMatchObject({ works: true, version: '4.22.0' });
    expect(found.auto).toEqual({ name: 'wasm', device: 'cpu' });
  });

  it('is told so in a table without colours, with speeds', async () => {
    const ended = await stemma(createProject(), ['doctor'], { env: { PATH: toolFolder([]) } });
    expect(ended).toMatchObject({ exitCode: 0 });
    expect(ended.stdout).not.toContain('\x1b');
    expect(ended.stdout).toMatch(/^ {2}wasm +4\.22\.0 +works +[\d.,]+ GFLOP\/s +[\d.,]+ images\/s$/m);
    expect(ended.stdout).toMatch(/^ {2}cpu +4\.22\.0 +works +[\d.,]+ GFLOP\/s +[\d.,]+ images\/s$/m);
    expect(ended.stdout).toContain('hint: `stemma backend install`');
    expect(ended.stdout).toContain('`auto` takes wasm');
  });
});

describe("NVIDIA's driver", { timeout }, () => {
  it('tells its cards; what TensorFlow needs for them has a command', async () => {
    const { nvidia, backend } = await diagnosed('tensorflow', 'gpu', {
      PATH: toolFolder([], { 'nvidia-smi': twoCards }),
    });
    expect(nvidia).toEqual({
      found: true,
      driver: '550.54.15',
      cuda: '12.4',
      gpus: [
        { index: 0, name: 'NVIDIA H100 PCIe', memory: 81559 * 2 ** 20 },
        { index: 1, name: 'NVIDIA A10', memory: 23028 * 2 ** 20 },
      ],
    });
    expect(backend).toMatchObject({
      why: 'not installed',
      hint: '`stemma backend install --gpu`',
    });
  });

  it.each([
    [
      'does not reach its card',
      'echo "NVIDIA-SMI has failed because it could not communicate with the driver"; exit 9',
      'could not communicate',
    ],
    ['lists none', 'exit 0', 'nvidia-smi lists no GPU'],
    ['crashes', 'kill -SEGV $$', 'nvidia-smi was ended by SIGSEGV'],
    ['prints what is no table', 'echo "a, b, c, d"', 'nvidia-smi lists no GPU: a, b, c, d'],
  ])('%s', async (_, script, why) => {
    const environment = { PATH: toolFolder([], { 'nvidia-smi': script }) };
    expect(await findNvidia({ environment })).toEqual({ found: false, why: expect.stringContaining(why) });
  });
});

it("CUDA's libraries are looked for in an installation, then where the linker would", async () => {
  const [own, first] = [temporaryFolder(), temporaryFolder()];
  for (const name of ['libcudnn.so.9', 'libnccl.so.2']) writeFileSync(join(own, name), '');
  writeFileSync(join(first, 'libcudnn.so.9'), '');
  const known = toolFolder([], { ldconfig: "printf '\\tlibcuda.so.1 (libc6,x86-64) => /lib/x/libcuda.so.1\\n'" });
  const found = await findLibraries(cudaLibraries, [first], { environment: { PATH: known, LD_LIBRARY_PATH: own } });
  expect(found.filter(({ path }) => path !== undefined)).toEqual([
    { name: 'libcuda.so.1', path: '/lib/x/libcuda.so.1' },
    { name: 'libcudnn.so.9', path: join(first, 'libcudnn.so.9') },
    { name: 'libnccl.so.2', path: join(own, 'libnccl.so.2') },
  ]);
});

describe('webgpu without an adapter', () => {
  const loader = { name: 'libvulkan.so.1' };
  const card = ['/dev/dri/renderD128'];
  it.each([
    ['that has no device', { devices: [], vulkan: loader }, 'no graphics device here', undefined],
    [
      'for lack of Vulkan',
      { devices: card, vulkan: loader },
      /there is no libvulkan\.so\.1 here$/,
      /`apt-get install libvulkan1`/,
    ],
    [
      'for lack of a driver',
      { devices: card, vulkan: { ...loader, path: '/lib/x' } },
      /^Dawn finds no adapter$/,
      /renderD128, .*`apt-get install mesa-vulkan-drivers`/,
    ],
  ])('%s says what would mend it', async (_, around, why, hint) => {
    const { backend } = await diagnosed('webgpu', 'gpu', { PATH: toolFolder([]) }, around);
    expect(backend).toMatchObject({ works: false, why: typeof why === 'string' ? why : expect.stringMatching(why) });
    expect(backend.hint).toEqual(hint && expect.stringMatching(hint));
  });

  it('on a card of NVIDIA’s lacks NVIDIA’s own driver', async () => {
    const around = { devices: card, vulkan: { ...loader, path: '/lib/x' } };
    const { backend } = await diagnosed('webgpu', 'gpu', { PATH: toolFolder([], { 'nvidia-smi': twoCards }) }, around);
    expect(backend.hint).toContain('`apt-get install nvidia-vulkan-icd`');
    expect(backend.hint).toContain('`apt-get install libegl1 libgl1');
  });
});

const real = findTensorflow(userCacheFolder({ environment: process.env }), 'cpu');
if (real === undefined) console.log('TensorFlow is not installed here: what the doctor says of it is not tested');

describe.runIf(real !== undefined)('an installation of TensorFlow', { timeout }, () => {
  /** A cache with an installation like the real one: its libraries are the same files. */
  const copyFor = (device: 'cpu' | 'gpu'): { readonly cache: string; readonly folder: string } => {
    const cache = temporaryFolder();
    const folder = join(cache, `backends/tensorflow-2.21.0-${device}`);
    mkdirSync(join(folder, 'lib'), { recursive: true });
    for (const { path } of real!.installation.files) {
      const put = path.startsWith('lib/') ? symlinkSync : copyFileSync;
      put(join(real!.folder, path), join(folder, path));
    }
    writeFileSync(join(folder, 'installation.json'), JSON.stringify({ ...real!.installation, device }));
    return { cache, folder };
  };

  it('works where it trains', async () => {
    const { cache } = copyFor('cpu');
    const { found } = await doctor({ STEMMA_CACHE_DIR: cache });
    expect(rung(found, 'tensorflow', 'cpu')).toMatchObject({ works: true, version: '2.21.0', threads: 2 });
    expect(found.auto).toEqual({ name: 'tensorflow', device: 'cpu' });
  });

  it('lacks a library', async () => {
    const { cache, folder } = copyFor('cpu');
    rmSync(join(folder, 'lib/libtensorflow_framework.so.2'));
    const { found } = await doctor({ STEMMA_CACHE_DIR: cache });
    expect(rung(found, 'tensorflow', 'cpu')).toMatchObject({
      works: false,
      why: 'damaged: lib/libtensorflow_framework.so.2 is missing',
      hint: '`stemma backend install`',
    });
    expect(found.auto).toEqual({ name: 'wasm', device: 'cpu' });
  });

  it('has an addon that was damaged', async () => {
    const { cache, folder } = copyFor('cpu');
    const addon = readFileSync(join(folder, 'binding.node'));
    writeFileSync(join(folder, 'binding.node'), addon.fill(0, 0, 64));
    const { backend } = await diagnosed('tensorflow', 'cpu', { STEMMA_CACHE_DIR: cache });
    expect(backend).toMatchObject({
      works: false,
      why: 'damaged: binding.node has another SHA-256',
      hint: '`stemma backend remove tensorflow-2.21.0-cpu && stemma backend install`',
    });
  });

  it('for a GPU that TensorFlow does not see says which libraries are missing', async () => {
    const { cache } = copyFor('gpu');
    const env = { STEMMA_CACHE_DIR: cache, PATH: toolFolder([], { 'nvidia-smi': twoCards }) };
    expect((await diagnosed('tensorflow', 'gpu', env)).backend).toMatchObject({
      works: false,
      why: expect.stringMatching(/^libraries of CUDA are missing: .*libcudnn\.so\.9/),
      hint: '`stemma backend remove tensorflow-2.21.0-gpu && stemma backend install --gpu`',
    });
    // The same libraries serve the processor.
    expect((await diagnosed('tensorflow', 'cpu', env)).backend).toMatchObject({ works: true });
  });
});

const softwareDriver = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
].find((path) => existsSync(path));
if (softwareDriver === undefined) console.log('Chromium’s SwiftShader is not here: webgpu is not tried');

describe.runIf(softwareDriver !== undefined)('a software adapter', () => {
  it('trains, and is never taken by itself', { timeout: 300_000 }, async () => {
    const { found } = await doctor({ VK_ICD_FILENAMES: softwareDriver! });
    expect(found.adapters).toEqual([expect.objectContaining({ software: true })]);
    expect(rung(found, 'webgpu', 'gpu')).toMatchObject({ works: true, software: true, version: '4.22.0' });
    expect(found.auto).toEqual({ name: 'wasm', device: 'cpu' });
  });
});
