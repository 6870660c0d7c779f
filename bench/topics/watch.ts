import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { smallFiles } from '../data.ts';
import { peakMemory } from '../peak-memory.ts';
import { callQuietly } from '../processes.ts';
import type { Report } from '../report.ts';
import { dataFolder, freshFolder, type Settings, stemma } from '../settings.ts';
import { figureOf, secondsOf } from '../side-by-side.ts';

/** `stemma watch`: how soon a saved file is answered, and what 100,000 files cost. */
export const watch = async (settings: Settings): Promise<Report> => {
  const count = settings.quick ? 200 : 100_000;
  const few = await measureSaves(settings);
  const many = await measureMany(settings, count);
  const files = `${count.toLocaleString('en')} files`;
  return {
    title: 'Watch',
    figures: [
      figureOf(few.command, { what: 'saved file to start of a command stage', unit: 'ms', bar: { atMost: 150 } }),
      figureOf(few.uses, { what: 'saved file to start of a `uses` stage', unit: 'ms', bar: { atMost: 150 } }),
      figureOf(few.usesAtOnce, { what: 'the same, saved at the moment when the run before it ends', unit: 'ms' }),
      figureOf(nodeStarts(settings), { what: "Node's start alone, in the same minute", unit: 'ms' }),
      figureOf([many.seconds], {
        what: `${files} in ${(count / 100).toLocaleString('en')} folders: watched after`,
        unit: 's',
        bar: { atMost: 10 },
      }),
      figureOf([many.peak], { what: `${files}: memory at most, first run included`, unit: 'MB', bar: { atMost: 500 } }),
      figureOf(many.saves, { what: `${files}: one of them saved to start of the stage`, unit: 'ms' }),
    ],
    notes: [
      'From just before the file is written (in place and by renaming, in turn) to the clock that the first stage reads ' +
        'as its first act: 20 ms of quiet, the plan, and the start of the process are in it. A file is saved half a second ' +
        'after the run before it, in which the process for the next `uses` stage is started. ' +
        '"Watched after" is from the start of the program to the first look at the pipeline; memory is what the system ' +
        'notes as the highest of the process (VmHWM).',
    ],
  };
};

const rounds = ({ quick }: Settings): number => (quick ? 1 : 21);

const nodeStarts = (settings: Settings): number[] =>
  Array.from({ length: rounds(settings) }, () =>
    secondsOf(() => callQuietly([process.execPath, '-e', '0'], { cwd: settings.root })),
  ).map((seconds) => seconds * 1000);

interface Saves {
  readonly command: number[];
  readonly uses: number[];
  readonly usesAtOnce: number[];
}

const measureSaves = async (settings: Settings): Promise<Saves> => {
  const command = freshFolder(settings, 'watch-command');
  writeProject(command, {
    run: noteTime,
    ...reads('in.txt'),
    outs: { o: { path: 'o' } },
  });
  const uses = freshFolder(settings, 'watch-uses');
  writeProject(uses, { uses: 'timed', ...reads('in.txt') });
  writeType(uses);
  return {
    command: await savesIn(command, 'artifacts/p/s/o', { settings, pause: 500 }),
    uses: await savesIn(uses, 'artifacts/p/s/o.txt', { settings, pause: 500 }),
    usesAtOnce: await savesIn(uses, 'artifacts/p/s/o.txt', { settings, pause: 0 }),
  };
};

/** Nanoseconds since 1970: by a program that starts at once, as Node does not. */
const noteTime = 'date +%s%N > {outs.o}';
const reads = (path: string) => ({ deps: { in: { path } } });

const writeProject = (folder: string, stage: object): void => {
  mkdirSync(join(folder, 'pipelines'));
  writeFileSync(join(folder, 'in.txt'), '');
  writeFileSync(join(folder, 'pipelines/p.json'), JSON.stringify({ stages: { s: stage } }));
};

const writeType = (folder: string): void => {
  mkdirSync(join(folder, 'stages/timed'), { recursive: true });
  writeFileSync(
    join(folder, 'stages/timed/stage.json'),
    JSON.stringify({
      summary: 'Notes when it starts.',
      version: 1,
      deps: { in: { type: 'any', description: 'What is saved.' } },
      outs: { o: { type: 'file', path: 'o.txt', description: 'The time.' } },
    }),
  );
  writeFileSync(
    join(folder, 'stages/timed/run.ts'),
    "import { writeFileSync } from 'node:fs';\nexport const run = ({ outs }) => writeFileSync(outs.o, Math.round((performance.timeOrigin + performance.now()) * 1e6).toString());\n",
  );
};

/** Milliseconds since 1970 that a stage noted. */
const timeIn = (file: string): number => Number(readFileSync(file, 'utf8')) / 1e6;

/**
 * Saves a file again and again, each time when all is at rest, and `pause` milliseconds later; returns milliseconds to
 * the stage's own first act.
 */
const savesIn = async (
  folder: string,
  out: string,
  { settings, pause }: { readonly settings: Settings; readonly pause: number },
): Promise<number[]> => {
  const watching = startWatch(folder, settings);
  await watching.rest();
  const latencies: number[] = [];
  for (let round = -1; round < rounds(settings); round++) {
    await setTimeout(pause);
    const saved = save(join(folder, 'in.txt'), round);
    await watching.rest();
    if (round >= 0) latencies.push(timeIn(join(folder, out)) - saved);
  }
  await watching.stop();
  return latencies;
};

const save = (file: string, round: number): number => {
  const saved = performance.timeOrigin + performance.now();
  if (round % 2 === 0) writeFileSync(file, `${saved}`);
  else {
    writeFileSync(`${file}.new`, `${saved}`);
    renameSync(`${file}.new`, file);
  }
  return saved;
};

const measureMany = async (settings: Settings, count: number) => {
  const folder = freshFolder(settings, 'watch-many');
  const data = dataFolder(settings, `small-${count}`);
  smallFiles(data, count);
  writeProject(folder, { run: noteTime, ...reads('in'), outs: { o: { path: 'o' } } });
  // In the project, and made but once.
  renameSync(data, join(folder, 'in'));
  try {
    const started = performance.now();
    const watching = startWatch(folder, settings);
    await watching.woke();
    const seconds = (performance.now() - started) / 1000;
    await watching.rest();
    const saves: number[] = [];
    for (let round = 0; round < (settings.quick ? 1 : 5); round++) {
      const file = join(folder, 'in/0000/000000.bin');
      const before = readFileSync(file);
      const saved = save(file, 0);
      await watching.rest();
      saves.push(timeIn(join(folder, 'artifacts/p/s/o')) - saved);
      // The data are used again.
      writeFileSync(file, before);
      await watching.rest();
    }
    const peak = peakMemory(watching.pid);
    await watching.stop();
    return { seconds, peak, saves };
  } finally {
    renameSync(join(folder, 'in'), data);
  }
};

const startWatch = (folder: string, settings: Settings) => {
  const [file, ...argv] = stemma(settings, 'watch', 'p', '--json');
  const child: ChildProcess = spawn(file!, argv, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const waiting = new Set<(type: string) => void>();
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`stemma watch ended with ${code}`)));
  });
  ended.catch(() => undefined);
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const { type } = JSON.parse(line) as { type: string };
    for (const each of waiting) each(type);
  });
  const next = (wanted: string): Promise<void> =>
    Promise.race([
      ended,
      new Promise<void>((resolve) => {
        const listener = (type: string) => {
          if (type !== wanted) return;
          waiting.delete(listener);
          resolve();
        };
        waiting.add(listener);
      }),
    ]);
  return {
    pid: child.pid!,
    woke: () => next('watch-woke'),
    rest: () => next('watch-waiting'),
    stop: () =>
      new Promise<void>((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGINT');
      }),
  };
};
