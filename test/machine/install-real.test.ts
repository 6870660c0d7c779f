import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userCacheFolder } from '../../src/machine/cache-folder.ts';
import { damageInside } from '../../src/machine/tensorflow/check.ts';
import { findTensorflow, type Installed } from '../../src/machine/tensorflow/find.ts';
import { openProject } from '../rig/project.ts';
import { type Ended, stemma } from '../rig/stemma.ts';
import { toolFolder } from './stand-ins.ts';

// The real thing: pip's wheel, the compiler, a step that is trained; CI asks for it. What `stemma backend install` has
// brought to this user's cache is looked at, and brought where it is not there yet: a minute, and 1.2 GB on the disk.

const asked = process.env['STEMMA_TEST_BACKENDS'] === '1';
if (!asked) console.log('STEMMA_TEST_BACKENDS is not 1: TensorFlow is not installed by a test');

describe.runIf(asked)('TensorFlow, really', () => {
  const cache = userCacheFolder({ environment: process.env });
  const folder = mkdtempSync(join(tmpdir(), 'stemma-backends-'));
  let first: Ended;
  beforeAll(async () => {
    first = await install();
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const install = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Ended> => {
    // How pip is set up here is the user's own affair.
    const pip = Object.entries(process.env).filter(([name]) => name.startsWith('PIP_')) as [string, string][];
    const all = { ...Object.fromEntries(pip), STEMMA_CACHE_DIR: cache, ...env };
    return stemma(openProject(folder), ['backend', 'install', '--json', ...args], { env: all });
  };
  const installed = findIn(cache, 'cpu');

  it('is brought, built and tried, and leaves nothing beside it', async () => {
    expect(first).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(first.stdout)).toMatchObject({ name: 'tensorflow-2.21.0-cpu' });
    const { folder, installation } = installed();
    const beside = readdirSync(join(cache, 'backends')).filter((name) => !/^tensorflow-[\d.]+-(cpu|gpu)$/.test(name));
    expect(beside).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['binding.node', 'installation.json', 'kernels.cjs', 'lib']);
    expect(installation.files.map(({ path }) => path)).toEqual([
      'binding.node',
      'kernels.cjs',
      'lib/libtensorflow_cc.so.2',
      'lib/libtensorflow_framework.so.2',
    ]);
    expect(await damageInside(installed(), new AbortController().signal)).toBe(undefined);
    expect(readFileSync(join(folder, 'kernels.cjs'), 'utf8')).not.toContain(folder);
  });

  it('is used by a second project as it is', async () => {
    const again = await install([], { PATH: '' });
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(again.stdout)).toMatchObject({ already: true });
  });

  it('for the GPU, where there is none, computes on the processor and says why', { timeout: 300_000 }, async () => {
    // A Python's folder of the same shape: these libraries ask for no CUDA, and the compiler need not run again.
    const { folder: real } = installed();
    const tensorflow = join(folder, 'site-packages/tensorflow');
    for (const path of ['python/platform', 'include', '../nvidia/cublas/lib']) {
      mkdirSync(join(tensorflow, path), { recursive: true });
    }
    writeFileSync(join(tensorflow, 'python/platform/build_info.py'), "build_info = [('is_cuda_build', True)]\n");
    for (const name of readdirSync(join(real, 'lib'))) symlinkSync(join(real, 'lib', name), join(tensorflow, name));
    const path = toolFolder([], {
      'g++': `[ "$1" = --version ] || exec /bin/cp '${real}/binding.node' binding.node`,
    });
    const own = join(folder, 'gpu');
    const ended = await install(['--gpu', '--from', tensorflow], { PATH: path, STEMMA_CACHE_DIR: own });
    expect(ended).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      name: 'tensorflow-2.21.0-gpu',
      device: 'gpu',
      fallback: expect.stringContaining('runs on the cpu'),
    });
    expect(findIn(own, 'gpu')().libraryFolders).toEqual([join(folder, 'site-packages/nvidia/cublas/lib')]);
  });

  it('does not count where it was built and does not train', { timeout: 300_000 }, async () => {
    const { folder: real } = installed();
    const tensorflow = join(folder, 'other/tensorflow');
    mkdirSync(join(tensorflow, 'include'), { recursive: true });
    for (const name of readdirSync(join(real, 'lib'))) symlinkSync(join(real, 'lib', name), join(tensorflow, name));
    const path = toolFolder([], { 'g++': '[ "$1" = --version ] || echo "no addon" > binding.node' });
    const fresh = join(folder, 'fresh');
    const ended = await install(['--from', tensorflow], { PATH: path, STEMMA_CACHE_DIR: fresh });
    expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^error: TensorFlow was built, and does not train: .*binding\.node/m);
    expect(readdirSync(join(fresh, 'backends'))).toEqual([]);
  });
});

const findIn = (cache: string, device: 'cpu' | 'gpu') => (): Installed => findTensorflow(cache, device)!;
