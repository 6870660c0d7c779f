import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type WrittenHistory, writeHistory } from '../history-data.ts';
import { callQuietly } from '../processes.ts';
import type { Report } from '../report.ts';
import { dataFolder, type Settings, stemma } from '../settings.ts';
import { type Contestant, secondsFigures, sideBySide } from '../side-by-side.ts';

/** Questions to 10,000 runs, each a whole process; and the index made from nothing. */
export const lineage = (settings: Settings): Report => {
  const { folder, history } = longHistory(settings);
  const ask = (name: string, ...argv: readonly string[]): Contestant => ({
    name,
    run: () => callQuietly(stemma(settings, ...argv), { cwd: folder }),
  });
  const questions = [
    ask('runs', 'runs'),
    ask('trace a model upwards', 'trace', history.model, '--up'),
    ask('trace a raw file downwards, to all models', 'trace', 'data/rules.csv', '--down'),
  ];
  const node: Contestant = {
    name: 'node -e 0',
    run: () => callQuietly([process.execPath, '-e', '0'], { cwd: folder }),
  };
  const reindex = ask('make the index from nothing', 'runs', '--reindex');
  const bars = Object.fromEntries(questions.map(({ name }) => [name, { atMost: 0.5 }]));
  // The first question makes the index: it is not counted.
  const asked = sideBySide([...questions, node], settings.quick ? 1 : 15);
  const made = sideBySide([reindex], settings.quick ? 1 : 3);
  const runs = history.runs.toLocaleString('en');
  return {
    title: `Lineage of ${runs} runs`,
    figures: [...secondsFigures(asked, bars), ...secondsFigures(made)],
    notes: [
      `${runs} runs of two pipelines with ${history.stageRuns.toLocaleString('en')} stage runs, all different; whole processes, with an index that is up to date.`,
    ],
  };
};

/** A project with a long history. It is written once, and kept. */
export const longHistory = (settings: Settings): { readonly folder: string; readonly history: WrittenHistory } => {
  const runs = settings.quick ? 10 : 10_000;
  const folder = dataFolder(settings, `runs-${runs}`);
  const summary = join(folder, 'history.json');
  if (!existsSync(summary)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'pipelines'), { recursive: true });
    writeFileSync(summary, JSON.stringify(writeHistory(folder, { runs, content: 'records alone' })));
  }
  return { folder, history: JSON.parse(readFileSync(summary, 'utf8')) as WrittenHistory };
};
