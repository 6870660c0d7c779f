import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { backendEnvironment, visibleDevices } from '../../src/machine/backend-environment.ts';
import { cudaDevices, webgpuDevices } from '../../src/machine/devices.ts';
import { withGpus } from '../../src/machine/gpus.ts';
import { findGraphics } from '../../src/machine/graphics.ts';
import { temporaryFolder } from '../rig/project.ts';

const card = (name: string, more: object = {}) => ({ address: `0000:0${name.length}:00.0`, model: name, ...more });
const adapter = (name: string, more: object = {}) => ({
  ...{ name, vendor: 'nvidia', architecture: '', software: false },
  ...more,
});

const visible = (nvidia: readonly ReturnType<typeof card>[], own?: string) =>
  cudaDevices({ nvidia, environment: own === undefined ? {} : { CUDA_VISIBLE_DEVICES: own } });

describe('cards of NVIDIA’s', () => {
  const cards = [card('H100', { uuid: 'GPU-aa11' }), card('A10', { uuid: 'GPU-bb22' }), card('T4')];

  test('are read from the kernel, and have their numbers by bus address', () => {
    const root = temporaryFolder();
    const files = {
      '0000:82:00.0': 'Model: \t\t NVIDIA A10\nIRQ:   \t\t 187\nGPU UUID: \t GPU-bb22-00\n',
      '0000:01:00.0': 'Model: \t\t NVIDIA H100 80GB HBM3\nGPU UUID: \t GPU-????????-????\n',
    };
    for (const [address, text] of Object.entries(files)) {
      mkdirSync(join(root, 'proc/driver/nvidia/gpus', address), { recursive: true });
      writeFileSync(join(root, 'proc/driver/nvidia/gpus', address, 'information'), text);
    }
    expect(findGraphics(root).nvidia).toEqual([
      { address: '0000:01:00.0', model: 'NVIDIA H100 80GB HBM3' },
      { address: '0000:82:00.0', model: 'NVIDIA A10', uuid: 'GPU-bb22-00' },
    ]);
  });

  test('are all to be had, each under its number; without any, one may be there all the same', () => {
    expect(visible(cards).map(({ cuda, name }) => [cuda, name])).toEqual([
      ['0', 'H100'],
      ['1', 'A10'],
      ['2', 'T4'],
    ]);
    expect(visible([])).toEqual([{ locks: ['0'], cuda: '0' }]);
  });

  test('are those alone that the user allows, by whichever name', () => {
    expect(visible(cards, '2, 0').map(({ cuda, locks }) => [cuda, locks])).toEqual([
      ['2', ['2']],
      ['0', ['0']],
    ]);
    expect(visible(cards, 'GPU-bb').map(({ cuda, locks, name }) => [cuda, locks, name])).toEqual([
      ['GPU-bb', ['1'], 'A10'],
    ]);
    expect(visible(cards, '1,-1,0').map(({ cuda }) => cuda)).toEqual(['1']);
    for (const none of ['', '-1']) expect(visible(cards, none)).toEqual([{ locks: [], cuda: none }]);
    const [part, other] = visible(cards, 'MIG-1,MIG-2');
    expect(part!.locks).not.toEqual(other!.locks);
  });

  test('are one another’s only where they are the same', () => {
    const gpu = { name: 'tensorflow', device: 'gpu', threads: 1, deterministic: false } as const;
    const [, second] = visible(cards, '2, 0');
    const environment = { CUDA_VISIBLE_DEVICES: '2, 0' };
    expect(backendEnvironment(gpu, { environment, devices: [second!] })['CUDA_VISIBLE_DEVICES']).toBe('0');
    expect(backendEnvironment(gpu, { environment })['CUDA_VISIBLE_DEVICES']).toBe('2, 0');
    expect(visibleDevices(visible(cards).slice(1))).toBe('1,2');
  });
});

describe('an adapter', () => {
  const locksOf = (adapters: readonly ReturnType<typeof adapter>[], nvidia: readonly ReturnType<typeof card>[]) =>
    webgpuDevices(adapters, { nvidia }).map(({ locks }) => locks);

  test('is the card of its name, and so not TensorFlow’s meanwhile', () => {
    const nvidia = [card('H100'), card('A10')];
    expect(webgpuDevices([adapter('A10')], { nvidia })).toEqual([
      { locks: ['1'], name: 'A10', adapter: 'A10', cuda: '1' },
    ]);
  });

  test('is all cards of its name, since Dawn does not say which', () => {
    const nvidia = [card('H100'), card('A10'), card('H100')];
    expect(locksOf([adapter('H100')], nvidia)).toEqual([['0', '2']]);
  });

  test('of NVIDIA’s whose card the kernel does not name may be any', () => {
    expect(locksOf([adapter('H100')], [card('A'), card('B')])).toEqual([['0', '1']]);
  });

  test('of another maker is itself; where NVIDIA has none, the first is what commands ask for as number 0', () => {
    const adapters = [adapter('Radeon', { vendor: 'amd' }), adapter('Arc', { vendor: 'intel' })];
    const [radeon, arc] = locksOf(adapters, []);
    expect([radeon!.length, radeon![1], arc!.length]).toEqual([2, '0', 1]);
    expect(arc).not.toContain(radeon![0]);
    expect(locksOf(adapters, [card('H100')]).map((locks) => locks.length)).toEqual([1, 1]);
  });

  test('in software is no GPU of a command’s', () => {
    expect(locksOf([adapter('SwiftShader', { vendor: 'google', software: true })], [])).toEqual([
      [expect.stringMatching(/^adapter-/)],
    ]);
  });

  test('is told to the process, with what reads its load', () => {
    const webgpu = { name: 'webgpu', device: 'gpu', threads: 1, deterministic: false } as const;
    const devices = webgpuDevices([adapter('A10')], { nvidia: [card('H100'), card('A10')] });
    expect(backendEnvironment(webgpu, { environment: {}, devices })).toEqual({
      STEMMA_WEBGPU_ADAPTER: 'A10',
      CUDA_VISIBLE_DEVICES: '1',
    });
  });
});

describe('devices', () => {
  const options = () => ({ machine: { cache: temporaryFolder() }, signal: new AbortController().signal });
  const both = { locks: ['0', '2'], cuda: '0,2' };
  const single = (lock: string) => ({ locks: [lock], cuda: lock });
  const never = (): never => expect.unreachable();

  test('are the best that are free', async () => {
    const around = { ...options(), onWait: never };
    const candidates = [single('0'), single('1')];
    await withGpus(1, { ...around, candidates }, async (first) => {
      expect(first).toEqual([candidates[0]]);
      await withGpus(1, { ...around, candidates }, async (second) => {
        expect(second).toEqual([candidates[1]]);
      });
    });
  });

  test('of several locks are had with all of them or not at all', async () => {
    const { signal, machine } = options();
    const calledOff = new AbortController();
    const waits: number[] = [];
    const waiting = { machine, signal: calledOff.signal, onWait: (pid: number) => void waits.push(pid) };
    const around = { machine, signal, onWait: never };
    await withGpus(1, { ...around, candidates: [single('2')] }, async () => {
      const refused = withGpus(1, { ...waiting, candidates: [both] }, never);
      // What it has tried for already is free for others.
      await withGpus(1, { ...around, candidates: [single('0')] }, async () => undefined);
      calledOff.abort();
      await expect(refused).rejects.toThrow();
    });
    expect(waits).toEqual([process.pid]);
    await withGpus(1, { ...around, candidates: [both] }, async (gpus) => expect(gpus).toEqual([both]));
  });
});
