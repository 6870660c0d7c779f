import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { readTable } from '../../../src/learn/data/table.ts';
import { type LoggedStep, packLog, unpackLog, usualLogEvery, writeLog } from '../../../src/learn/training/step-log.ts';
import { taskOf } from '../../../src/learn/training/tasks.ts';
import { type Training, train } from '../../../src/learn/training/train.ts';
import { choices } from '../backends/on-backend.ts';
import { modelParams } from './defaults.ts';
import { clouds } from './examples.ts';
import { hearing, planned, silent } from './plan.ts';

const task = taskOf(['x', 'y', 'z']);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stemma-log-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  await startBackend(choices.wasm);
});

/** Trains on 100 rows in batches of 16, seven steps an epoch. */
const logged = async (changes: Partial<Training> = {}): Promise<readonly LoggedStep[]> => {
  const training = await planned(clouds(100, 1), modelParams({ preset: 'mlp', units: [8] }), changes);
  let log: readonly LoggedStep[] = [];
  await train(
    training,
    hearing('ended', (event) => {
      log = event.log;
    }),
  );
  return log;
};

const tableOf = async (log: readonly LoggedStep[], name: string): Promise<string> => {
  await writeLog(join(folder, name), log, task);
  return join(folder, name);
};

test('has every tenth step where nobody says how many, and in long epochs 20 an epoch', () => {
  expect([7, 200, 209, 422, 20_000].map(usualLogEvery)).toEqual([10, 10, 10, 21, 1000]);
});

test('has every n-th step, from the first on, with its epoch, rate, loss, score and norms', async () => {
  const { rows, columns } = await readTable(await tableOf(await logged({ logEvery: 5 }), 'steps.parquet'));
  expect([...columns.keys()]).toEqual([
    ...['step', 'epoch', 'rate', 'loss', 'accuracy', 'gradient_norm', 'weight_norm', 'update_ratio'],
  ]);
  const values = (name: string) => [...(columns.get(name)!.values as Float64Array)];
  expect(rows).toBe(5);
  expect(values('step')).toEqual([1, 6, 11, 16, 21]);
  expect(values('epoch')).toEqual([1, 1, 2, 3, 3]);
  expect(new Set(values('rate'))).toEqual(new Set([Math.fround(0.01)]));
  expect(values('loss').every((loss) => loss > 0 && loss < 4)).toBe(true);
  expect(values('accuracy').every((share) => Number.isInteger(Math.round(share * 16e4) / 1e4))).toBe(true);
  expect(values('gradient_norm').every((norm) => norm > 0)).toBe(true);
  // Adam's first update is the rate in each weight but for those whose gradient is 0.
  const [first] = values('update_ratio').map((ratio, at) => ratio * values('weight_norm')[at]!);
  expect(first! / (0.01 * Math.sqrt(4 * 8 + 8 + 8 * 3 + 3))).toBeCloseTo(1, 1);
});

test('is empty where no step is measured', async () => {
  const { rows, columns } = await readTable(await tableOf(await logged(), 'empty.parquet'));
  expect([rows, columns.size]).toEqual([0, 8]);
});

test('of equal trainings has equal bytes, also of one that was killed and taken up', async () => {
  const bytes = async (log: readonly LoggedStep[]) => readFile(await tableOf(log, 'again.parquet'));
  const whole = await bytes(await logged({ logEvery: 2 }));
  expect((await bytes(await logged({ logEvery: 2 }))).equals(whole)).toBe(true);

  const killed = await planned(clouds(100, 1), modelParams({ preset: 'mlp', units: [8] }), { logEvery: 2 });
  const killer = hearing('stepped', ({ done }) => {
    if (done > 7) throw new Error('killed');
  });
  await expect(train(killed, killer)).rejects.toThrow('killed');
  const { scratch } = killed;
  expect((await bytes(await logged({ logEvery: 2, scratch }))).equals(whole)).toBe(true);
});

test('goes through a checkpoint unchanged, an empty one too', () => {
  const step: LoggedStep = { step: 1, epoch: 1, rate: 0.5, loss: 0.25, score: 0.75, squares: Float32Array.of(1, 2, 3) };
  for (const log of [[], [step, { ...step, step: 2, squares: Float32Array.of(4, 5, 6) }]])
    expect(unpackLog(packLog(log))).toEqual(log);
  expect(unpackLog(new Map())).toEqual([]);
});

test('leaves what is learned as it is', async () => {
  const losses = async (changes: Partial<Training>) =>
    (await train(await planned(clouds(100, 1), modelParams({ preset: 'mlp', units: [8] }), changes), silent)).epochs;
  expect(await losses({ logEvery: 1 })).toEqual(await losses({}));
});
