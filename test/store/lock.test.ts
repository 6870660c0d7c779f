import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { Interrupted, withLock } from '../../src/store/lock.ts';
import { temporaryFolder } from '../rig/project.ts';

const never = new AbortController().signal;
const quiet = { onWait: () => {}, signal: never };

test('the lock is there while the work is done, and is given back, whether the work ends well or not', async () => {
  const file = join(temporaryFolder(), 'store/lock');
  const seen = await withLock(file, async ({ afterCrash }) => [afterCrash, existsSync(file)], quiet);
  expect(seen).toEqual([false, true]);
  await expect(withLock(file, () => Promise.reject(new Error('bad')), quiet)).rejects.toThrow('bad');
  expect(readdirSync(join(file, '..'))).toEqual([]);
});

test('a second one waits, says for whom, and goes on when the first is done', async () => {
  const file = join(temporaryFolder(), 'lock');
  const order: string[] = [];
  let release = () => {};
  const { first } = await new Promise<{ readonly first: Promise<void> }>((resolve) => {
    const first = withLock(
      file,
      async () => {
        await new Promise<void>((done) => {
          release = done;
          resolve({ first });
        });
        order.push('first');
      },
      quiet,
    );
  });
  const holders: number[] = [];
  const onWait = (holder: number) => {
    holders.push(holder);
    order.push('waits');
    release();
  };
  await withLock(file, async () => void order.push('second'), { onWait, signal: never });
  await first;
  expect([order, holders]).toEqual([['waits', 'first', 'second'], [process.pid]]);
});

test('who waits can be interrupted, also before', async () => {
  const file = join(temporaryFolder(), 'lock');
  await withLock(
    file,
    async () => {
      const controller = new AbortController();
      const waiting = withLock(file, () => Promise.resolve(), {
        onWait: () => controller.abort(),
        signal: controller.signal,
      });
      await expect(waiting).rejects.toThrow(Interrupted);
      const late = withLock(file, () => Promise.resolve(), { onWait: () => {}, signal: controller.signal });
      await expect(late).rejects.toThrow(Interrupted);
      expect(existsSync(file)).toBe(true);
    },
    quiet,
  );
});

test.each([
  ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, started: '1' })],
  ['of a process whose number another one has now', JSON.stringify({ pid: process.pid, started: '1' })],
  ['that is damaged', '{"pid":'],
  ['that is empty', ''],
  ['that is no lock', '[]'],
])('a lock %s is taken over', async (_, text) => {
  const file = join(temporaryFolder(), 'lock');
  writeFileSync(file, text);
  writeFileSync(`${file}.removing`, text);
  expect(await withLock(file, async ({ afterCrash }) => afterCrash, quiet)).toBe(true);
  expect(existsSync(file)).toBe(false);
});

test('of many processes, of which many are killed while they hold it, never two hold it', async () => {
  const folder = temporaryFolder();
  // Bundled for a process of its own.
  const lock = fileURLToPath(new URL('../../src/store/lock.ts', import.meta.url));
  const contender = `
    import { appendFileSync, mkdirSync, rmdirSync } from 'node:fs';
    import { withLock } from ${JSON.stringify(lock)};
    const [, , folder, dies] = process.argv;
    const options = { onWait: () => {}, signal: new AbortController().signal };
    for (let i = 0; i < 15; i++)
      await withLock(folder + '/lock', async () => {
        // Who is killed leaves this behind, and says so before.
        try { mkdirSync(folder + '/inside'); } catch { appendFileSync(folder + '/log', 'two\\n'); }
        await new Promise((resolve) => setImmediate(resolve));
        rmdirSync(folder + '/inside');
        appendFileSync(folder + '/log', 'one\\n');
        if (i === Number(dies)) process.kill(process.pid, 'SIGKILL');
      }, options);`;
  writeFileSync(join(folder, 'contender.ts'), contender);
  buildSync({
    entryPoints: [join(folder, 'contender.ts')],
    outfile: join(folder, 'contender.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)),
  });
  const ends = [3, 5, 7, -1, 0, -1].map((dies) =>
    execa(process.execPath, [join(folder, 'contender.mjs'), folder, String(dies)], { reject: false }),
  );
  const results = await Promise.all(ends);
  expect(results.map(({ signal, exitCode }) => signal ?? exitCode)).toEqual([
    'SIGKILL',
    'SIGKILL',
    'SIGKILL',
    0,
    'SIGKILL',
    0,
  ]);
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('one\n'.repeat(4 + 6 + 8 + 15 + 1 + 15));
});
