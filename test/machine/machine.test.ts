import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { backendEnvironment, backendSettings } from '../../src/machine/backend-environment.ts';
import { findGraphics } from '../../src/machine/graphics.ts';
import { openMachine } from '../../src/machine/machine.ts';
import { ladder } from '../../src/machine/rungs.ts';
import { temporaryFolder } from '../rig/project.ts';

/** The root of a file system with these files. */
const rootWith = (...files: readonly string[]): string => {
  const root = temporaryFolder();
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  return root;
};

const card = 'proc/driver/nvidia/gpus/0000:01:00.0/information';

const machineWith = (root: string) =>
  openMachine({ environment: { STEMMA_CACHE_DIR: temporaryFolder(), PATH: process.env['PATH'] }, root });

describe('a machine', () => {
  test('without a graphics device has wasm alone, and says why', async () => {
    const machine = machineWith(rootWith());
    const looks = await Promise.all(ladder.map((rung) => machine.look(rung)));
    expect(looks).toEqual([
      { kind: 'not there', why: 'no NVIDIA GPU here' },
      { kind: 'not there', why: 'no graphics device here' },
      { kind: 'not there', why: 'not installed', hint: '`stemma backend install` brings it' },
      { kind: 'there', version: '4.22.0' },
    ]);
  });

  test('with a card of NVIDIA’s is told how to use it', async () => {
    const machine = machineWith(rootWith(card));
    expect(machine.nvidia).toEqual([{ address: '0000:01:00.0' }]);
    expect(await machine.look({ name: 'tensorflow', device: 'gpu' })).toEqual({
      kind: 'not there',
      why: 'not installed',
      hint: '`stemma backend install --gpu` brings it',
    });
  });

  test('asks Dawn for an adapter in a process of its own, and believes no file that is there', async () => {
    // There is a device here, and no driver that Dawn could load.
    const machine = openMachine({
      environment: {
        STEMMA_CACHE_DIR: temporaryFolder(),
        PATH: process.env['PATH'],
        VK_ICD_FILENAMES: '/dev/null',
        VK_DRIVER_FILES: '/dev/null',
      },
      root: rootWith('dev/dri/renderD128'),
    });
    expect(await machine.look({ name: 'webgpu', device: 'gpu' })).toMatchObject({ kind: 'not there' });
  });
});

describe('graphics devices', () => {
  test('are listed in one order, and other files of the folder are none', () => {
    const root = rootWith('dev/dri/renderD129', 'dev/dri/card0', 'dev/dri/renderD128', card);
    const { devices } = findGraphics(root);
    expect(devices.filter((device) => device !== 'Metal')).toEqual([
      '/dev/dri/renderD128',
      '/dev/dri/renderD129',
      'NVIDIA 0000:01:00.0',
    ]);
  });

  test('are other than before once libraries were installed', () => {
    const root = rootWith('etc/ld.so.cache');
    const before = findGraphics(root);
    expect(findGraphics(root)).toEqual(before);
    utimesSync(join(root, 'etc/ld.so.cache'), 1e9, 1e9);
    expect(findGraphics(root)).not.toEqual(before);
  });
});

describe('the environment of a backend', () => {
  const cpu = { name: 'tensorflow', device: 'cpu', threads: 3, deterministic: true } as const;
  const gpu = { name: 'tensorflow', device: 'gpu', threads: 1, deterministic: false } as const;
  const environment = { PATH: '/bin', SECRET: 'x', LD_LIBRARY_PATH: '/own' };

  test('fixes TensorFlow’s threads on the processor, where it sees no GPU', () => {
    expect(backendEnvironment(cpu, { environment })).toMatchObject({
      TF_NUM_INTRAOP_THREADS: '3',
      TF_NUM_INTEROP_THREADS: '3',
      CUDA_VISIBLE_DEVICES: '-1',
      MALLOC_TRIM_THRESHOLD_: '268435456',
    });
    expect(backendSettings(cpu)).toEqual({ TF_NUM_INTRAOP_THREADS: '3', TF_NUM_INTEROP_THREADS: '3' });
  });

  test('shows one GPU, and leaves its memory to others', () => {
    const seen = backendEnvironment(gpu, { environment, devices: [{ cuda: '1' }] });
    expect(seen).toMatchObject({ CUDA_VISIBLE_DEVICES: '1', TF_FORCE_GPU_ALLOW_GROWTH: 'true' });
    expect(seen).not.toHaveProperty('TF_DETERMINISTIC_OPS');
    expect(seen).not.toHaveProperty('SECRET');
  });

  test('asks for the same bits where that was promised, and records that it did', () => {
    const strict = { ...gpu, deterministic: true };
    expect(backendEnvironment(strict, { environment })).toMatchObject(backendSettings(strict));
    expect(backendSettings(strict)).toMatchObject({ TF_DETERMINISTIC_OPS: '1', TF_CUDNN_USE_AUTOTUNE: '0' });
    expect(backendSettings(gpu)).toEqual({});
  });

  test('leads to CUDA’s libraries before the user’s own', () => {
    const installed = {
      ...{ name: 'tensorflow-2.21.0-gpu', folder: '/i', version: '2.21.0', device: 'gpu' as const },
      libraryFolders: ['/i/lib', '/cuda'],
      installation: {} as never,
    };
    expect(backendEnvironment(gpu, { environment, installed })).toMatchObject({
      LD_LIBRARY_PATH: '/i/lib:/cuda:/own',
      STEMMA_BACKEND_FOLDER: '/i',
    });
  });
});
