import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stemmaRunner } from '../peers/stemma.ts';
import { call, callQuietly } from '../processes.ts';
import type { Figure, Report } from '../report.ts';
import { freshFolder, type Settings, stemma } from '../settings.ts';
import { figureOf, sideBySide } from '../side-by-side.ts';

/** `make pipeline` when MNIST has run already: npm's and the build's checks included. */
export const secondRun = (settings: Settings): Report => {
  const subject = subjectOf(settings);
  const events = call([...subject.stemma, '--json'], subject)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
  const timings = sideBySide(
    [{ name: subject.name, run: () => callQuietly(subject.argv, subject) }],
    settings.quick ? 1 : 7,
  );
  return {
    title: 'A second run of MNIST',
    figures: [
      ...[...timings].map(([what, seconds]) => figureOf(seconds, { what, unit: 's', bar: { atMost: 1 } })),
      {
        what: 'files of esbuild and TensorFlow.js that it loads',
        value: heavyFiles(subject, settings),
        unit: 'files',
        bar: { atMost: 0 },
      },
      ...firstTimes(events),
    ],
    notes: ['The seconds of the stages are those of the run in which they were executed last.'],
  };
};

interface Subject {
  readonly name: string;
  readonly cwd: string;
  readonly argv: readonly string[];
  /** What make calls in the end. */
  readonly stemma: readonly string[];
}

/** The repository itself; where only the measuring is tested, a small project. What has not run yet runs now. */
const subjectOf = (settings: Settings): Subject => {
  if (!settings.quick) {
    const argv = ['make', 'pipeline'];
    call(argv, { cwd: settings.root });
    return { name: '`make pipeline`', cwd: settings.root, argv, stemma: stemma(settings, 'run', 'mnist') };
  }
  const cwd = freshFolder(settings, 'second-run');
  const graph = { kind: 'chain', stages: 3 } as const;
  stemmaRunner(settings).write(cwd, graph);
  const argv = stemma(settings, 'run', 'chain');
  call(argv, { cwd });
  return { name: '`stemma run`', cwd, argv, stemma: argv };
};

/** Node notes each script that it loads where it is asked for coverage, in child processes too. */
const heavyFiles = ({ stemma: argv, cwd }: Subject, settings: Settings): number => {
  const notes = freshFolder(settings, 'coverage');
  call(argv, { cwd, env: { NODE_V8_COVERAGE: notes } });
  const loaded = readdirSync(notes).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(notes, file), 'utf8')) as { result: { url: string }[] };
    return result.map(({ url }) => url);
  });
  if (!loaded.some((url) => url.endsWith('/dist/stemma.js'))) throw new Error('Node did not say which files it loads');
  return loaded.filter((url) => /node_modules\/(esbuild|@esbuild|@tensorflow)\/|\/bundle-[^/]*\.js$/.test(url)).length;
};

interface Event {
  readonly type: string;
  readonly stage?: string;
  readonly state?: string;
  readonly savedSeconds?: number;
}

const firstTimes = (events: readonly Event[]): Figure[] => {
  const ended = events.filter(({ type }) => type === 'stage-ended');
  if (ended.some(({ state }) => state !== 'up to date'))
    throw new Error('the second run was not one: a stage had to run');
  const times = ended.map(({ stage, savedSeconds }): [string, number] => [stage!, savedSeconds!]);
  const whole = times.reduce((sum, [, seconds]) => sum + seconds, 0);
  return [
    ['all stages, when they ran', whole] as const,
    ...times.map(([stage, seconds]) => [`${stage}, when it ran`, seconds] as const),
  ].map(([what, value]) => ({ what, value, unit: 's' as const }));
};
