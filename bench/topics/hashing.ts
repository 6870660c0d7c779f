import { appendFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { largeFiles, smallFiles } from '../data.ts';
import { callQuietly, isThere, shell } from '../processes.ts';
import type { Figure, Report } from '../report.ts';
import { dataFolder, freshFolder, type Settings } from '../settings.ts';
import { type Contestant, figureOf, ratios, sideBySide, type Timings } from '../side-by-side.ts';

/** Hashing many small and a few large files that the operating system holds in memory, on every core. */
export const hashing = (settings: Settings): Report => {
  const count = settings.quick ? 50 : 100_000;
  const small = dataFolder(settings, `small-${count}`);
  const large = dataFolder(settings, settings.quick ? 'large-quick' : 'large');
  const smallBytes = smallFiles(small, count);
  const largeBytes = largeFiles(large, { count: 4, bytes: settings.quick ? 1 << 20 : 512 << 20 });
  const many = `${count.toLocaleString('en')} files of 1 to 8 KiB`;
  const few = settings.quick ? '4 files of 1 MiB' : '4 files of 512 MiB';
  return {
    title: 'Hashing',
    figures: [
      ...coldFigures({ folder: small, bytes: smallBytes, name: many, perProcess: 1000 }, settings),
      ...coldFigures({ folder: large, bytes: largeBytes, name: few, perProcess: 1 }, settings),
      ...warmFigures(small, many, settings),
    ],
    notes: [
      'Whole processes, start included, the content in the page cache. Stemma starts with an empty stat cache, lists ' +
        "the folder, hashes, writes the manifest's digest and saves the stat cache; openssl and cat get the list from " +
        'find, in batches, on every core. At 0.9 of openssl, or at the speed of reading (cat), the bar is reached.',
    ],
  };
};

interface Subject {
  readonly folder: string;
  readonly bytes: number;
  readonly name: string;
  /** Files for one process of openssl or cat. */
  readonly perProcess: number;
}

const coldFigures = (subject: Subject, settings: Settings): Figure[] => {
  const cache = join(freshFolder(settings, 'hashing'), 'cache');
  const forget = () => rmSync(cache, { recursive: true, force: true });
  const contestants: Contestant[] = [
    { name: 'Stemma', prepare: forget, run: () => hash(subject.folder, cache, settings) },
    ...(isThere('openssl') ? [{ name: 'openssl', run: () => onEveryCore('openssl dgst -sha256', subject) }] : []),
    { name: 'cat', run: () => onEveryCore('cat', subject) },
  ];
  const timings = sideBySide(contestants, settings.quick ? 1 : 7);
  return [...throughputs(timings, subject), ...shares(timings, subject)];
};

const hash = (folder: string, cache: string, { folder: bench }: Settings): void =>
  callQuietly([process.execPath, join(bench, 'programs', 'hash.mjs'), folder, cache], { cwd: bench });

const onEveryCore = (program: string, { folder, perProcess }: Subject): void =>
  shell(`find . -type f -print0 | xargs -0 -n ${perProcess} -P ${availableParallelism()} ${program}`, { cwd: folder });

const throughputs = (timings: Timings, { bytes, name }: Subject): Figure[] =>
  [...timings].map(([who, seconds]) =>
    figureOf(
      seconds.map((value) => bytes / 1e6 / value),
      { what: `${name}: ${who}`, unit: 'MB/s' },
    ),
  );

const shares = (timings: Timings, { name }: Subject): Figure[] =>
  timings.has('openssl')
    ? [
        figureOf(ratios(timings, 'openssl', 'Stemma'), {
          what: `${name}: Stemma / openssl`,
          unit: 'times',
          bar: { atLeast: 0.9 },
        }),
      ]
    : [];

const warmFigures = (folder: string, name: string, settings: Settings): Figure[] => {
  const cache = join(freshFolder(settings, 'hashing'), 'cache');
  hash(folder, cache, settings);
  const run = () => hash(folder, cache, settings);
  const edited = join(folder, '0000', '000000.bin');
  const timings = sideBySide(
    [
      { name: 'nothing changed', run },
      { name: 'one file changed', prepare: () => appendFileSync(edited, '.'), run },
    ],
    settings.quick ? 1 : 7,
  );
  return [...timings].map(([state, seconds]) => figureOf(seconds, { what: `${name}, ${state}: Stemma`, unit: 's' }));
};
