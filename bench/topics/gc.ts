import { writeHistory } from '../history-data.ts';
import { callQuietly } from '../processes.ts';
import type { Report } from '../report.ts';
import { freshFolder, type Settings, stemma } from '../settings.ts';
import { figureOf, secondsOf } from '../side-by-side.ts';

/** What it takes to find what no kept run needs among many runs, and to free it, once. */
export const gc = (settings: Settings): Report => {
  const runs = settings.quick ? 10 : 10_000;
  const project = freshFolder(settings, 'gc');
  const { stageRuns } = writeHistory(project, { runs, content: 'with content' });
  const time = (rounds: number, ...argv: string[]): number[] =>
    Array.from({ length: rounds }, () =>
      secondsOf(() => callQuietly(stemma(settings, 'gc', ...argv), { cwd: project })),
    );
  const keep = ['--keep-runs', '100'];
  const rounds = settings.quick ? 1 : 3;
  const figures = [
    { what: 'dry run, all runs kept', values: time(rounds, '--dry-run') },
    { what: 'dry run, the last 100 of each pipeline kept', values: time(rounds, ...keep, '--dry-run') },
    { what: 'the same, freed', values: time(1, ...keep) },
    { what: 'again, with nothing to free', values: time(rounds, ...keep) },
  ];
  return {
    title: `gc over ${runs.toLocaleString('en')} runs`,
    figures: figures.map(({ what, values }) => figureOf(values, { what, unit: 's' })),
    notes: [
      `A made history of two pipelines with ${stageRuns.toLocaleString('en')} stage runs, with content and entries.`,
    ],
  };
};
