import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTensorflow, type Installed } from '../../src/machine/tensorflow/find.ts';
import { openProject } from '../rig/project.ts';
import { type Ended, stemma } from '../rig/stemma.ts';
import { toolFolder } from './stand-ins.ts';

// The real thing: pip's wheel, the compiler, a step that is trained. A minute, and 1.2 GB on the disk: CI asks for it.

const asked = process.env['STEMMA_TEST_BACKENDS'] === '1';
if (!asked) console.log('STEMMA_TEST_BACKENDS is not 1: TensorFlow is not installed by a test');

describe.runIf(asked)('TensorFlow, really', () => {
  let cache: string;
  let first: Ended;
  beforeAll(async () => {
    cache = mkdtempSync(join(tmpdir(), 'stemma-backends-'));
    first = await install();
  }, 600_000);
  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  const install = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Ended> => {
    // How pip is set up here is the user's own affair.
    const pip = Object.entries(process.env).filter(([name]) => name.startsWith('PIP_')) as [string, string][];
    const all = { ...Object.fromEntries(pip), STEMMA_CACHE_DIR: cache, ...env };
    return stemma(openProject(cache), ['backend', 'install', '--json', ...args], { env: all });
  };
  const installed = (device: 'cpu' | 'gpu'): Installed => findTensorflow(cache, device)!;

  it('is brought, built and tried, and leaves nothing beside it', () => {
    expect(first).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(first.stdout)).toMatchObject({ name: 'tensorflow-2.21.0-cpu', already: false });
    expect(first.stderr).toContain('training a few steps with it');
    const { folder, installation } = installed('cpu');
    expect(readdirSync(join(cache, 'backends'))).toEqual(['tensorflow-2.21.0-cpu']);
    expect(readdirSync(folder).sort()).toEqual(['binding.node', 'installation.json', 'kernels.cjs', 'lib']);
    expect(installation.files.map(({ path }) => path)).toEqual([
      'binding.node',
      'kernels.cjs',
      'lib/libtensorflow_cc.so.2',
      'lib/libtensorflow_framework.so.2',
    ]);
    expect(readFileSync(join(folder, 'kernels.cjs'), 'utf8')).not.toContain(folder);
  });

  it('is used by a second project as it is', async () => {
    const again = await install([], { PATH: '' });
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(again.stdout)).toMatchObject({ already: true });
  });

  it('for the GPU, where there is none, computes on the processor and says why', { timeout: 300_000 }, async () => {
    // A Python's folder of the same shape: these libraries ask for no CUDA, and the compiler need not run again.
    const { folder } = installed('cpu');
    const tensorflow = join(cache, 'site-packages/tensorflow');
    for (const path of ['python/platform', 'include', '../nvidia/cublas/lib']) {
      mkdirSync(join(tensorflow, path), { recursive: true });
    }
    writeFileSync(join(tensorflow, 'python/platform/build_info.py'), "build_info = [('is_cuda_build', True)]\n");
    for (const name of readdirSync(join(folder, 'lib'))) linkSync(join(folder, 'lib', name), join(tensorflow, name));
    const path = toolFolder([], {
      'g++': `[ "$1" = --version ] || exec /bin/cp '${folder}/binding.node' binding.node`,
    });
    const ended = await install(['--gpu', '--from', tensorflow], { PATH: path });
    expect(ended).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      name: 'tensorflow-2.21.0-gpu',
      device: 'gpu',
      fallback: expect.stringContaining('runs on the cpu'),
    });
    expect(installed('gpu').libraryFolders).toEqual([join(cache, 'site-packages/nvidia/cublas/lib')]);
  });

  it('does not count where it was built and does not train', { timeout: 300_000 }, async () => {
    const { folder } = installed('cpu');
    const tensorflow = join(cache, 'other/tensorflow');
    mkdirSync(join(tensorflow, 'include'), { recursive: true });
    for (const name of readdirSync(join(folder, 'lib'))) linkSync(join(folder, 'lib', name), join(tensorflow, name));
    const path = toolFolder([], { 'g++': '[ "$1" = --version ] || echo "no addon" > binding.node' });
    const fresh = join(cache, 'fresh');
    const ended = await install(['--from', tensorflow], { PATH: path, STEMMA_CACHE_DIR: fresh });
    expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^error: TensorFlow was built, and does not train: .*binding\.node/m);
    expect(readdirSync(join(fresh, 'backends'))).toEqual([]);
  });
});
