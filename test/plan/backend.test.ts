import { describe, expect, test } from 'vitest';
import type { Machine } from '../../src/machine/machine.ts';
import { type Look, type Rung, sayRung } from '../../src/machine/rungs.ts';
import { BackendProblem, type BackendRequest, resolveBackend } from '../../src/plan/backend.ts';

/** A machine that has these rungs, and none besides. */
const machineWith = (looks: Readonly<Record<string, Look>>): Machine => ({
  look: async (rung: Rung) => looks[sayRung(rung)] ?? { kind: 'not there', why: 'absent' },
  nvidia: [],
  cache: '/nowhere',
  environment: {},
});

const there = (more: object = {}): Look => ({ kind: 'there', version: '1.0.0', ...more });
const all = {
  'tensorflow (GPU)': there(),
  webgpu: there({ described: 'a card' }),
  'tensorflow (CPU)': there(),
  wasm: there(),
  cpu: there(),
};

const resolve = (looks: Readonly<Record<string, Look>>, request: Partial<BackendRequest['pipeline']> = {}) =>
  resolveBackend({
    pipeline: { backend: 'auto', determinism: 'relaxed', ...request },
    stage: { resources: { cpus: 2, gpus: 0 } },
    machine: machineWith(looks),
    refused: () => undefined,
  });

describe('auto', () => {
  test('takes the first rung that is there, and says why not those above', async () => {
    expect((await resolve(all)).choice).toMatchObject({ name: 'tensorflow', device: 'gpu', deterministic: false });
    const { 'tensorflow (GPU)': _, ...second } = all;
    expect(await resolve(second)).toEqual({
      choice: { name: 'webgpu', version: '1.0.0', device: 'gpu', threads: 1, deterministic: false },
      described: 'a card',
      passedOver: [{ backend: 'tensorflow (GPU)', why: 'absent' }],
    });
    expect((await resolve({ wasm: there() })).passedOver.map(({ backend }) => backend)).toEqual([
      'tensorflow (GPU)',
      'webgpu',
      'tensorflow (CPU)',
    ]);
  });

  test('never takes plain JavaScript', async () => {
    await expect(resolve({ cpu: there() })).rejects.toThrow(BackendProblem);
  });

  test('takes no software adapter', async () => {
    const { choice, passedOver } = await resolve({
      webgpu: there({ software: true, described: 'SwiftShader' }),
      wasm: there(),
    });
    expect(choice.name).toBe('wasm');
    expect(passedOver).toContainEqual({ backend: 'webgpu', why: 'SwiftShader is a software adapter' });
  });

  test('takes the next one where this very stage was found not to run', async () => {
    const refused = ({ name }: { name: string }) => (name === 'webgpu' ? 'webgpu lacks the kernel Foo' : undefined);
    const request = {
      pipeline: { backend: 'auto', determinism: 'relaxed' },
      stage: { resources: { cpus: 2, gpus: 0 } },
    };
    const looks = { webgpu: there(), wasm: there() };
    const resolved = await resolveBackend({ ...request, machine: machineWith(looks), refused } as BackendRequest);
    expect(resolved.choice.name).toBe('wasm');
    expect(resolved.passedOver).toContainEqual({ backend: 'webgpu', why: 'webgpu lacks the kernel Foo' });
  });
});

describe('a backend that is insisted on', () => {
  test('is taken, on the GPU rather than on the processor', async () => {
    expect((await resolve(all, { backend: 'tensorflow' })).choice.device).toBe('gpu');
    const { 'tensorflow (GPU)': _, ...rest } = all;
    expect((await resolve(rest, { backend: 'tensorflow' })).choice.device).toBe('cpu');
    expect((await resolve(all, { backend: 'cpu' })).choice).toMatchObject({ name: 'cpu', deterministic: true });
  });

  test('is refused where it cannot be had, with every reason and what would mend it', async () => {
    const looks: Record<string, Look> = {
      wasm: there(),
      'tensorflow (CPU)': { kind: 'not there', why: 'not installed', hint: 'install it' },
    };
    const problem = await resolve(looks, { backend: 'tensorflow' }).catch((error: unknown) => error as BackendProblem);
    expect(problem).toBeInstanceOf(BackendProblem);
    expect(problem).toMatchObject({
      message: 'backend tensorflow cannot be had here: tensorflow (GPU): absent; tensorflow (CPU): not installed',
      hint: 'install it',
    });
  });

  test('may be a software adapter, whose device is the processor', async () => {
    const looks = { webgpu: there({ software: true, described: 'SwiftShader' }) };
    expect((await resolve(looks, { backend: 'webgpu' })).choice.device).toBe('cpu');
  });
});

describe('determinism', () => {
  test('strict passes over what promises nothing, and has TensorFlow promise it', async () => {
    expect((await resolve(all, { determinism: 'strict' })).choice).toMatchObject({
      device: 'gpu',
      deterministic: true,
    });
    const { choice, passedOver } = await resolve({ webgpu: there(), wasm: there() }, { determinism: 'strict' });
    expect(choice.name).toBe('wasm');
    expect(passedOver).toContainEqual({ backend: 'webgpu', why: expect.stringContaining('equal bits') });
    await expect(resolve(all, { backend: 'webgpu', determinism: 'strict' })).rejects.toThrow(BackendProblem);
  });

  test('the processor is deterministic without being asked', async () => {
    for (const backend of ['wasm', 'cpu'] as const)
      expect((await resolve(all, { backend })).choice.deterministic).toBe(true);
  });
});

test('threads are those that the stage’s resources say, not the cores of this machine', async () => {
  const { choice } = await resolveBackend({
    pipeline: { backend: 'auto', determinism: 'relaxed' },
    stage: { resources: { cpus: 7, gpus: 0 } },
    machine: machineWith({ 'tensorflow (CPU)': there() }),
    refused: () => undefined,
  });
  expect(choice.threads).toBe(7);
});
