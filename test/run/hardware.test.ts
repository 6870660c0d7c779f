import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run, runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { fingerprints, recordOf, stageRunOf } from '../rig/stemma.ts';

// What a stage with a backend takes of the machine is recorded; and nothing that nvidia-smi does can harm a run.

const trace = fileURLToPath(new URL('../fixtures/machine/nvidia-smi-one-gpu.csv', import.meta.url));

/** Loads batches that are slow on purpose: each takes three tenths of a second, and to add it up next to nothing. */
const slowLoader = `
import { readFileSync, writeFileSync } from 'node:fs';
export const run = (context) => {
  if (context.params.waits) readFileSync('heard');
  const step = { count: 0, data: 0, transfer: 0, compute: 0, rest: 0 };
  const load = () => {
    const rows = [];
    for (const until = performance.now() + 300; performance.now() < until; ) rows.push(Math.sqrt(rows.length));
    return rows.slice(0, 1000);
  };
  for (let batch = 0; batch < context.params.batches; batch += 1) {
    const before = performance.now();
    const rows = load();
    const loaded = performance.now();
    const sum = rows.reduce((all, each) => all + each, 0);
    step.data += (loaded - before) / 1000;
    step.compute += (performance.now() - loaded) / 1000;
    step.count += 1;
  }
  if (step.count > 0) context.telemetry({ step });
  writeFileSync(context.outs.out, '');
};`;

const project = (params: object, stage: object = {}): TestProject => {
  const made = createProject();
  made.stageType('slow', { declaration: { backend: true }, code: slowLoader });
  made.pipeline({
    machines: { here: { price_per_hour: 36 } },
    stages: { s: { uses: 'slow', params, ...stage } },
  });
  return made;
};

/** PATH with a stand-in for nvidia-smi before all else. */
const withNvidiaSmi = (made: TestProject, script: string): { env: Record<string, string> } => {
  mkdirSync(join(made.root, 'bin'));
  made.write('bin/nvidia-smi', `#!/bin/sh\n${script}\n`);
  chmodSync(join(made.root, 'bin/nvidia-smi'), 0o755);
  return { env: { PATH: [join(made.root, 'bin'), '/usr/bin', '/bin'].join(delimiter) } };
};

const without = (made: TestProject): { env: Record<string, string> } => ({ env: { PATH: join(made.root, 'nothing') } });

test('a loader that is slow on purpose is called input-bound, with what it cost and what helps', async () => {
  const made = project({ batches: 5 });
  const ended = await runWell(made, [], without(made));
  const { hardware, telemetry } = stageRunOf(made, ended, 's');
  expect(hardware).toMatchObject({ interval: 0.5, cpu: { cores: expect.any(Number) as number } });
  expect(hardware).not.toHaveProperty('gpus');
  expect(hardware).not.toHaveProperty('gpusUnread');
  expect(hardware!.cpu!.seconds).toBeGreaterThan(0);
  expect(hardware!.cpu!.busy.mean).toBeGreaterThan(0);
  expect(hardware!.cpu!.rss.max).toBeGreaterThan(20e6);
  expect(hardware!.cpu!.series.length).toBeGreaterThan(0);
  expect(telemetry['step']).toMatchObject({ count: 5 });
  const { verdict, hardware: told } = ended.ended['s']!;
  expect(told).toEqual(hardware);
  expect(verdict).toMatchObject({ kind: 'input-bound', cost: { currency: 'USD' } });
  expect(verdict!.cost!.amount).toBeCloseTo(verdict!.idleSeconds / 100, 6);
  expect(recordOf(made, ended).host.price).toEqual({ perHour: 36, currency: 'USD' });

  const page = made.read('artifacts/p/run.html');
  expect(page).toContain('How busy the machine was');
  expect(page).toContain('input-bound: ');
  expect(page).toContain('What it cost');
  const shown = await stemma(made, ['show', 'last'], without(made));
  expect(shown.stdout).toContain('input-bound: ');
  expect(shown.stdout).toContain('36 USD an hour');
  const stage = await stemma(made, ['show', 'last', 's'], without(made));
  expect(stage.stdout).toContain('5 steps in');
  expect(stage.stdout).toContain('what helps');
});

test('a recorded trace of a GPU is in the record, from one nvidia-smi for the whole stage', async () => {
  const made = project({ batches: 0, waits: true });
  execFileSync('mkfifo', [join(made.root, 'heard')]);
  const script = `echo "$@" >> arguments; cat ${trace}; echo > heard; exec sleep 1000`;
  const ended = await runWell(made, [], withNvidiaSmi(made, script));
  const { hardware } = stageRunOf(made, ended, 's');
  expect(hardware!.gpus).toHaveLength(1);
  expect(hardware!.gpus![0]).toMatchObject({
    name: 'NVIDIA H100 80GB HBM3',
    utilization: { max: 97, p50: 91 },
    idleSeconds: 15.51,
  });
  const told = made.read('arguments');
  expect(told.split('\n')).toHaveLength(2);
  expect(told).toContain('--format=csv,noheader,nounits -lms 500');
  expect(told).not.toContain('-i ');
});

test('a stage hears of the GPUs that it was given', async () => {
  const made = project({ batches: 0, waits: true }, { env: { pass: ['CUDA_VISIBLE_DEVICES'] } });
  execFileSync('mkfifo', [join(made.root, 'heard')]);
  const { env } = withNvidiaSmi(made, 'echo "$@" >> arguments; echo > heard; exec sleep 1000');
  await runWell(made, [], { env: { ...env, CUDA_VISIBLE_DEVICES: '2' } });
  expect(made.read('arguments')).toContain('-i 2\n');
});

test('a stage that was given no GPU asks nobody', async () => {
  const made = project({ batches: 3 }, { env: { pass: ['CUDA_VISIBLE_DEVICES'] } });
  const { env } = withNvidiaSmi(made, 'echo "$@" >> arguments');
  const ended = await runWell(made, [], { env: { ...env, CUDA_VISIBLE_DEVICES: '' } });
  expect(() => made.read('arguments')).toThrow('ENOENT');
  expect(stageRunOf(made, ended, 's').hardware).not.toHaveProperty('gpusUnread');
});

test.each([
  ['exec sleep 1000', 'nvidia-smi told nothing that could be read'],
  ['trap "" TERM; head -c 100000 /dev/urandom; exec cat /dev/zero', 'nvidia-smi told nothing that could be read'],
  ['echo "Failed to initialize NVML: Driver/library version mismatch"; exit 18', 'nvidia-smi ended with exit code 18'],
])('a damaged nvidia-smi harms no run: %s', async (script, unread) => {
  const made = project({ batches: 3 });
  const ended = await run(made, [], withNvidiaSmi(made, script));
  expect(ended).toMatchObject({ exitCode: 0, states: { s: 'ran' } });
  const { hardware } = stageRunOf(made, ended, 's');
  expect(hardware).toMatchObject({ gpusUnread: unread });
  expect(hardware).not.toHaveProperty('gpus');
});

test('prices are in no fingerprint, and another one runs nothing', async () => {
  const made = project({ batches: 0 });
  const first = await runWell(made, [], without(made));
  const again = await runWell(
    made,
    ['--set', 'machines.here.price_per_hour=9', '--set', 'currency=EUR'],
    without(made),
  );
  expect(again.states).toEqual({ s: 'up to date' });
  expect(fingerprints(again)).toEqual(fingerprints(first));
});

test('a stage without a backend is not sampled', async () => {
  const made = createProject();
  made.stageType('slow', { code: slowLoader });
  made.pipeline({ stages: { s: { uses: 'slow', params: { batches: 3 } } } });
  const ended = await runWell(made, [], withNvidiaSmi(made, 'echo "$@" >> arguments'));
  expect(() => made.read('arguments')).toThrow('ENOENT');
  expect(stageRunOf(made, ended, 's')).not.toHaveProperty('hardware');
});
