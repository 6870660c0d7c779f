import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { endOrphan } from '../../src/run/process.ts';
import { identify, isAlive } from '../../src/store/process-identity.ts';
import { temporaryFolder } from '../rig/project.ts';

test('a process is told from a later one with its number', () => {
  const me = identify(process.pid);
  expect(isAlive(me)).toBe(true);
  expect(isAlive({ ...me, started: '1' })).toBe(false);
  expect(isAlive({ ...me, started: null })).toBe(true);
});

test('a process that has ended is not alive, also where nobody has asked for its end', async () => {
  const fifo = join(temporaryFolder(), 'fifo');
  await execa('mkfifo', [fifo]);
  // The shell becomes a program that asks for no child's end.
  const parent = execa('sh', ['-c', `cat ${fifo} & echo $!; exec cat`], { reject: false });
  const line = () => new Promise<string>((resolve) => parent.stdout.once('data', (text) => resolve(String(text))));
  const zombie = { pid: Number(await line()), started: null };
  parent.stdin.write('it has become one\n');
  await line();
  expect(isAlive(zombie)).toBe(true);
  // The child reads to the end.
  writeFileSync(fifo, '');
  while (isAlive(zombie));
  expect(() => process.kill(zombie.pid, 0)).not.toThrow();
  parent.kill('SIGKILL');
  await parent;
});

test('an orphan is gone when its end returns, with its group', async () => {
  const orphan = execa('sh', ['-c', 'cat & exec cat'], {
    detached: true,
    reject: false,
    stdin: 'pipe',
    cleanup: false,
  });
  const identity = identify(orphan.pid!);
  endOrphan(identity);
  expect(isAlive(identity)).toBe(false);
  expect((await orphan).signal).toBe('SIGKILL');
  // Once more, when it is gone, does nothing.
  endOrphan(identity);
});
