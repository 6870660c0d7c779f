import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { processesIn } from '../reliability/checks.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { runWell, stemma } from '../rig/stemma.ts';
import { lives, outsOf, storeProblems } from '../rig/store.ts';
import { startWatch, type TestWatch } from '../rig/watch.ts';

// A watch that waits has started a process for the next stage. For the stage it makes no difference.

const host = fileURLToPath(new URL('../../dist/stage-host.js', import.meta.url));

/** A stage that says all that it can see of its process. */
const looksAround = `
import { readFileSync, readlinkSync, statSync, writeFileSync, writeSync } from 'node:fs';
export const run = (context) => {
  console.log('said on stdout');
  writeSync(2, 'written to stderr\\n');
  const { deps, outs, scratch, stage, params } = context;
  const [, , group, session] = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  const log = statSync('/proc/self/fd/1');
  writeFileSync(outs.out, JSON.stringify({
    pid: process.pid,
    seen: {
      env: Object.fromEntries(Object.entries(process.env).sort()), argv: process.argv, execArgv: process.execArgv,
      execPath: process.execPath, title: process.title, version: process.version, cwd: process.cwd(),
      leads: [group, session].map(Number).every((id) => id === process.pid), umask: process.umask(),
      context: { deps, outs, scratch, stage, params, seed: context.seed('x'), files: context.files('in') },
      stdin: readlinkSync('/proc/self/fd/0'), stdout: readlinkSync('/proc/self/fd/1'), stderr: readlinkSync('/proc/self/fd/2'),
      log: [log.mode, log.size], limits: readFileSync('/proc/self/limits', 'utf8'),
      zone: [Intl.DateTimeFormat().resolvedOptions(), new Date(0).toString()],
      listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]).sort(),
    },
  }));
};`;

const project = (stage: object = {}, code = looksAround): TestProject => {
  const made = createProject();
  made.write('in/text', '1');
  made.stageType('look', { declaration: { seed: true }, code });
  made.pipeline({ stages: { s: { uses: 'look', deps: { in: { path: 'in' } }, ...stage } } });
  return made;
};

interface Look {
  readonly pid: number;
  readonly seen: Readonly<Record<string, unknown>>;
}

const lookOf = (made: TestProject): Look => JSON.parse(made.read('artifacts/p/s/out.txt')) as Look;

/** The process that waits, as soon as it does; where there is none yet, it will be. */
const spareOf = async ({ pid: watch }: TestWatch, other?: number): Promise<number> => {
  for (;;) {
    const found = childrenOf(watch).find((pid) => pid !== other && argvOf(pid).endsWith(`${host}\0`));
    if (found !== undefined) return found;
    await turn();
  }
};

const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);

const parentOf = (pid: number): number | undefined => {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat === '' ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
};

const argvOf = (pid: number): string => textOf(`/proc/${pid}/cmdline`);

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Lets everything else have its turn; what is waited for is an act of another process. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const gone = async (pid: number): Promise<void> => {
  while (lives(pid)) await turn();
};

/** Its output, while it waits. */
const spareLogs = ({ root }: TestProject): string[] =>
  readdirSync(join(root, 'artifacts/.store')).filter((name) => name.startsWith('spare'));

describe('a stage in the process that waited', () => {
  test('sees what it would see in one of its own, and its output is kept', async () => {
    const made = project({ params: { a: 1 } });
    const watch = startWatch(made);
    await watch.nextRun();
    const cold = lookOf(made);
    const waiting = await spareOf(watch);
    expect(cold.pid).not.toBe(waiting);
    made.write('in/text', '2');
    await watch.nextRun();
    const warm = lookOf(made);
    expect(warm.pid).toBe(waiting);
    // A fingerprint and a run are each execution's own.
    const common = (seen: object) =>
      JSON.stringify(seen, null, 1)
        .replaceAll(/[0-9a-f]{64}/g, 'HEX')
        .replaceAll(/[\dT-]{19}-[0-9a-f]{4}/g, 'RUN');
    expect(common(warm.seen)).toBe(common(cold.seen));
    // The folder of its work is that of its own fingerprint, whatever was replaced.
    expect(warm.seen['stdout']).toMatch(/work-v1\/[0-9a-f]{64}\/log$/);
    expect((await stemma(made, ['logs', 's'])).stdout).toMatch(/said on stdout\nwritten to stderr/);
    expect(await spareOf(watch, waiting)).not.toBe(waiting);
  });

  test('has its own environment from the start: one that was started with another is not taken', async () => {
    const made = project({ env: { declare: ['WORD'] } });
    const env = { WORD: 'declared' };
    await runWell(made, [], { env });
    const watch = startWatch(made, [], { env });
    await watch.until('watch-waiting');
    const plain = await spareOf(watch);
    made.write('in/text', '2');
    await watch.nextRun();
    const first = lookOf(made);
    expect(first.pid).not.toBe(plain);
    await gone(plain);
    const declared = await spareOf(watch);
    made.write('in/text', '3');
    await watch.nextRun();
    expect(lookOf(made).pid).toBe(declared);
    for (const { seen } of [first, lookOf(made)]) expect(seen['env']).toMatchObject(env);
  });

  test('is cancelled with what it has started when the watch ends', async () => {
    const made = project({}, hangs);
    const watch = startWatch(made);
    await watch.nextRun();
    const waiting = await spareOf(watch);
    made.write('in/text', 'hang');
    const { last } = await watch.until('stage-progress');
    const [stage, child] = last.progress.note!.split(' ').map(Number);
    expect(stage).toBe(waiting);
    watch.kill('SIGINT');
    expect((await watch.ended).exitCode).toBe(130);
    expect([stage!, child!].filter(lives)).toEqual([]);
    expect(storeProblems(made.root)).toEqual([]);
  });

  test('is ended by the next run, with what it has started, when the watch was killed', async () => {
    const made = project({}, hangs);
    const watch = startWatch(made);
    await watch.nextRun();
    await spareOf(watch);
    made.write('in/text', 'hang');
    await watch.until('stage-progress');
    watch.kill('SIGKILL');
    await watch.ended;
    made.write('in/text', 'go on');
    expect((await runWell(made)).states).toEqual({ s: 'ran' });
    expect(processesIn(made.root)).toEqual([]);
    expect(storeProblems(made.root)).toEqual([]);
  });
});

/** Starts a child that outlives it, and where it is told so, goes on for ever. */
const hangs = `
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
export const run = async ({ deps, outs, progress }) => {
  if (readFileSync(deps.in + '/text', 'utf8') === 'hang') {
    const child = spawn('tail', ['-f', '/dev/null'], { stdio: 'ignore' });
    progress({ done: 0, total: 1, unit: 'steps', note: process.pid + ' ' + child.pid });
    await new Promise((resolve) => child.once('exit', resolve));
  }
  writeFileSync(outs.out, 'done');
};`;

describe('a process that waits', () => {
  test.each(['SIGKILL', 'SIGINT'] as const)('ends with the watch that %s ends', async (signal) => {
    const made = project();
    const watch = startWatch(made);
    await watch.nextRun();
    const waiting = await spareOf(watch);
    expect(spareLogs(made)).toHaveLength(1);
    watch.kill(signal);
    await watch.ended;
    await gone(waiting);
    expect(spareLogs(made)).toEqual([]);
    expect(processesIn(made.root)).toEqual([]);
    expect((await stemma(made, ['audit'])).exitCode).toBe(0);
  });

  test('and is ended by others is no failure: the stage gets a process of its own', async () => {
    const made = project();
    const watch = startWatch(made);
    await watch.nextRun();
    const first = await spareOf(watch);
    process.kill(first, 'SIGKILL');
    await gone(first);
    made.write('in/text', '2');
    expect(await watch.nextRun()).toMatchObject({ states: { s: 'ran' }, outcome: 'succeeded' });
    // Stopped, it takes the order without ever looking at it.
    const second = await spareOf(watch, first);
    process.kill(second, 'SIGSTOP');
    made.write('in/text', '3');
    await watch.until('stage-started');
    while (!existsSync(join(made.root, 'artifacts/.store/work-v1')) || !noted(made, second)) await turn();
    process.kill(second, 'SIGKILL');
    expect(await watch.nextRun()).toMatchObject({ states: { s: 'ran' }, outcome: 'succeeded' });
    expect(lookOf(made).pid).not.toBe(second);
    expect(await spareOf(watch)).not.toBe(second);
  });

  test('is thrown away where the program is another one by now', async () => {
    const made = project();
    const watch = startWatch(made);
    await watch.nextRun();
    const waiting = await spareOf(watch);
    const { atime, mtime } = statSync(host);
    utimesSync(host, atime, new Date(mtime.getTime() + 1000));
    made.write('in/text', '2');
    await watch.nextRun();
    utimesSync(host, atime, mtime);
    expect(lookOf(made).pid).not.toBe(waiting);
    expect(lives(waiting)).toBe(false);
  });

  test('is there for pipelines alone that have a stage type', async () => {
    const made = project();
    made.pipeline({ stages: { s: { run: 'echo > {outs.o}', outs: { o: 'o' } } } });
    const watch = startWatch(made);
    await watch.nextRun();
    made.pipeline({ stages: { s: { run: 'echo 2 > {outs.o}', outs: { o: 'o' } } } });
    await watch.nextRun();
    expect(childrenOf(watch.pid)).toEqual([]);
    expect(outsOf(made)).toEqual({ 's/o': '2\n' });
  });
});

/** Whether it is noted as the process of a stage. */
const noted = ({ root }: TestProject, pid: number): boolean => {
  const work = join(root, 'artifacts/.store/work-v1');
  return readdirSync(work).some((name) => textOf(join(work, name, 'process.json')).includes(`"pid":${pid},`));
};
