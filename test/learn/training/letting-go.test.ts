import { afterEach, expect, test, vi } from 'vitest';
import { lettingGo } from '../../../src/learn/training/letting-go.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('what else waits gets its turn once the loop has held the process for 50 ms, and not before', async () => {
  let now = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const letGo = lettingGo();
  let turns = 0;
  const wait = (): void => void setImmediate(() => (turns += 1)); // biome-ignore format: one line

  wait();
  now += 49;
  await letGo();
  expect(turns).toBe(0);
  now += 1;
  await letGo();
  expect(turns).toBe(1);
  // From then on the time counts anew.
  wait();
  now += 49;
  await letGo();
  expect(turns).toBe(1);
  now += 1;
  await letGo();
  expect(turns).toBe(2);
});
