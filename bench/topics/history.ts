import { writeHistory } from '../history-data.ts';
import { stemmaRunner } from '../peers/stemma.ts';
import { callQuietly } from '../processes.ts';
import type { Report } from '../report.ts';
import { freshFolder, type Settings, stemma } from '../settings.ts';
import { figureOf, ratios, secondsFigures, sideBySide } from '../side-by-side.ts';

/** Whether many past runs slow the next one. */
export const history = (settings: Settings): Report => {
  const runs = settings.quick ? 10 : 10_000;
  const short = projectOf('history-short', { settings, runs: 0 });
  const long = projectOf('history-long', { settings, runs });
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
    figures: [
      ...secondsFigures(timings),
      figureOf(ratios(timings, many, few), { what: 'many / few', unit: 'times', bar: { atMost: 1.1 } }),
    ],
    notes: ['A chain of 10 command stages, in a project with records of other pipelines, all different.'],
  };
};

const projectOf = (
  name: string,
  { settings, runs }: { readonly settings: Settings; readonly runs: number },
): string => {
  const folder = freshFolder(settings, name);
  if (runs > 0) writeHistory(folder, { runs, content: 'records alone' });
  stemmaRunner(settings).write(folder, { kind: 'chain', stages: 10 });
  callQuietly(stemma(settings, 'run', 'chain'), { cwd: folder });
  return folder;
};
