import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stemmaRunner } from '../peers/stemma.ts';
import { callQuietly } from '../processes.ts';
import type { Report } from '../report.ts';
import { freshFolder, type Settings, stemma } from '../settings.ts';
import { figureOf, ratios, secondsFigures, sideBySide } from '../side-by-side.ts';

/** Whether many past runs slow the next one. */
export const history = (settings: Settings): Report => {
  const runs = settings.quick ? 50 : 10_000;
  const short = projectOf('history-short', settings);
  const long = projectOf('history-long', settings);
  const folder = join(long, 'artifacts', '.store', 'records-v1', 'runs');
  const [record] = readdirSync(folder);
  for (let i = 0; i < runs; i++)
    copyFileSync(join(folder, record!), join(folder, `2020-01-01T00-00-00-${String(i).padStart(5, '0')}.json`));
  const argv = stemma(settings, 'run', 'chain');
  const [few, many] = ['after a few runs', `after ${runs.toLocaleString('en')} runs`] as const;
  const timings = sideBySide(
    [
      { name: few, run: () => callQuietly(argv, { cwd: short }) },
      { name: many, run: () => callQuietly(argv, { cwd: long }) },
    ],
    settings.quick ? 1 : 15,
  );
  return {
    title: 'Nothing to do after many runs',
    figures: [...secondsFigures(timings), figureOf(ratios(timings, many, few), { what: 'many / few', unit: 'times' })],
    notes: ['A chain of 10 command stages. The records of the past runs are copies of a real one.'],
  };
};

const projectOf = (name: string, settings: Settings): string => {
  const folder = freshFolder(settings, name);
  stemmaRunner(settings).write(folder, { kind: 'chain', stages: 10 });
  callQuietly(stemma(settings, 'run', 'chain'), { cwd: folder });
  return folder;
};
