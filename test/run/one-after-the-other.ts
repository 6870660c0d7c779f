import { expect } from 'vitest';
import type { Hold } from '../rig/hold.ts';
import type { TestProject } from '../rig/project.ts';
import { endOf, runOf, said, startStemma } from '../rig/stemma.ts';

/**
 * Two projects whose one stage, held under the name of its project, asks for the same device: the second is told whom it
 * waits for, and gets it when the first lets go.
 */
export const takeOneAfterTheOther = async (
  hold: Hold,
  { mine, theirs, env }: { readonly mine: TestProject; readonly theirs: TestProject; readonly env: Readonly<Record<string, string>> },
): Promise<void> => {
  const first = startStemma(mine, ['run', '--json'], { env });
  const held = await hold.started('mine');
  const second = startStemma(theirs, ['run', '--json'], { env });
  await said(second, `waiting for a GPU, which process ${first.pid} has`);
  held.exit(0);
  (await hold.started('theirs')).exit(0);
  expect([runOf(await endOf(first)).exitCode, runOf(await endOf(second)).exitCode]).toEqual([0, 0]);
}; // biome-ignore format: one signature
