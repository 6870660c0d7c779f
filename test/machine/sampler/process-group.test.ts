import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { type GroupReader, readerOfProc, readerOfPs } from '../../../src/machine/sampler/process-group.ts';

/** With the seconds that each of three processes burns: ps tells whole ones. */
const readers: readonly (readonly [string, (leader: number) => GroupReader, number])[] = [
  ...(process.platform === 'linux' ? [['/proc', readerOfProc, 0.2] as const] : []),
  ['ps', readerOfPs, 0.6],
];

/** Burns processor time in itself, in a child that ends and in one that stays, holds memory, says so, and waits. */
const programOf = (seconds: number): string => `
const { spawnSync, spawn } = require('node:child_process');
const burn = 'while (process.cpuUsage().user < ${seconds * 1e6});';
const held = Buffer.alloc(64e6, 1);
spawnSync(process.execPath, ['-e', burn]);
eval(burn);
const child = spawn(process.execPath, ['-e', burn + 'console.log("x"); process.stdin.resume();']);
child.stdout.once('data', () => console.log(held.length));
`;

test.each(readers)('%s tells what a process group has taken, with its children', async (_, readerOf, seconds) => {
  const leader = spawn(process.execPath, ['-e', programOf(seconds)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void process.kill(-leader.pid!, 'SIGKILL'));
  const read = readerOf(leader.pid!);
  const first = await read();
  await once(leader.stdout!, 'data');
  const second = await read();
  // Of the child that has ended, ps on some systems tells nothing.
  expect(second!.seconds - first!.seconds).toBeGreaterThanOrEqual(Math.floor(2 * seconds));
  expect(second!.rss).toBeGreaterThan(64e6);
});

test.each(readers)('%s tells nothing of a group that is gone', async (_, readerOf) => {
  const leader = spawn(process.execPath, ['-e', ''], { detached: true });
  const read = readerOf(leader.pid!);
  await once(leader, 'close');
  expect(await read()).toBeUndefined();
});
