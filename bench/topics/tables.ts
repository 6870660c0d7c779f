import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Figure, Report } from '../report.ts';
import { dataFolder, freshFolder, type Settings } from '../settings.ts';
import { figureOf } from '../side-by-side.ts';
import { findPeers } from '../tables/peers.ts';
import { program, runStage, type Taken, taken } from '../tables/processes.ts';
import { csvRows, type Stage, stages } from '../tables/work.ts';

/**
 * A large CSV through ingest, clean, split and normalize, each beside DuckDB's own COPY of what it reads: to be reached is half
 * of the throughput that COPY has by itself.
 */
export const tables = (settings: Settings): Report => {
  const rows = settings.rows ?? (settings.quick ? 2000 : 10_000_000);
  const csv = csvOf(rows, settings);
  const work = freshFolder(settings, 'tables');
  const { peers, notes } = findPeers({ csv, folder: work }, settings);
  const figures: Figure[] = [];
  const said: string[] = [];
  for (const stage of stages({ csv, work })) {
    const contestants: Contestant[] = [
      { name: 'stage', run: () => runStage(stage, settings) },
      { name: 'COPY', run: () => copy(stage, { to: join(work, 'copy.parquet'), how: 'parquet' }, settings) },
      { name: asOuts, run: () => copy(stage, { to: join(work, 'copy.parquet'), how: 'parquet as outs' }, settings) },
      ...peers.map(({ name, run }) => ({ name, run: () => run(stage.type) })),
    ];
    const outcomes = takeTurns(contestants, settings.quick ? 1 : 3);
    figures.push(...figuresOf(stage.type, outcomes));
    said.push(`${stage.type}: ${outcomes.get('stage')![0]!.summary}.`);
  }
  return {
    title: `${rows.toLocaleString('en')} rows of a table`,
    figures,
    notes: [howItIsMeasured, ...said, ...notes],
  };
};

/** With what makes outs faster to write than DuckDB's defaults: compression, encodings, row groups. */
const asOuts = 'COPY with the options of outs';

const howItIsMeasured =
  'The function of each stage type in a process of its own, in the context that the stage host gives it; in turn with it, ' +
  'a process in which DuckDB copies what the stage reads (the CSV for ingest, else the Parquet files of the data sets) to one ' +
  'Parquet file, with two threads and 1 GB as a stage has them: as COPY does it where no option is given, and with the options ' +
  'with which stages write their outs, which are faster. COPY infers the types of a CSV as DuckDB does by default, and writes no ids. Seconds, of the clock and of the processor, are ' +
  'those of the work alone, without the start of the process; memory is the VmHWM of the whole process at its end (of Python, ' +
  'ru_maxrss).';

interface Contestant {
  readonly name: string;
  readonly run: () => Taken;
}

/** In turn, so that a change of the machine's speed meets all of them alike. */
const takeTurns = (contestants: readonly Contestant[], rounds: number): ReadonlyMap<string, Taken[]> => {
  const outcomes = new Map(contestants.map(({ name }): [string, Taken[]] => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const { name, run } of contestants) outcomes.get(name)!.push(run());
  return outcomes;
};

/** Written once for each number of rows. */
const csvOf = (rows: number, settings: Settings): string => {
  const path = dataFolder(settings, `table-${rows}.csv`);
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  taken(program('copy', settings, csvRows(rows), partial, 'csv'), settings);
  renameSync(partial, path);
  return path;
};

const copy = (
  { reads }: Stage,
  { to, how }: { readonly to: string; readonly how: 'parquet' | 'parquet as outs' },
  settings: Settings,
): Taken => taken(program('copy', settings, reads, to, how), settings);

const figuresOf = (stage: string, outcomes: ReadonlyMap<string, readonly Taken[]>): Figure[] => {
  const of = (name: string, key: 'seconds' | 'processor' | 'megabytes'): number[] =>
    outcomes.get(name)!.map((outcome) => outcome[key]);
  const share = (key: 'seconds' | 'processor', name = 'COPY'): number[] =>
    of('stage', key).map((own, round) => of(name, key)[round]! / own);
  const others = [...outcomes.keys()].filter((name) => name !== 'stage');
  return [
    figureOf(of('stage', 'seconds'), { what: `${stage}: the stage`, unit: 's' }),
    ...others.map((name) => figureOf(of(name, 'seconds'), { what: `${stage}: ${name}`, unit: 's' })),
    figureOf(share('seconds'), { what: `${stage}: COPY / the stage`, unit: 'times', bar: { atLeast: 0.5 } }),
    figureOf(share('processor'), {
      what: `${stage}: COPY / the stage, processor time`,
      unit: 'times',
      bar: { atLeast: 0.5 },
    }),
    figureOf(share('seconds', asOuts), { what: `${stage}: ${asOuts} / the stage`, unit: 'times' }),
    figureOf(share('processor', asOuts), { what: `${stage}: ${asOuts} / the stage, processor time`, unit: 'times' }),
    figureOf(of('stage', 'megabytes'), { what: `${stage}: memory of the stage`, unit: 'MB', bar: { atMost: 2000 } }),
    ...others.map((name) => figureOf(of(name, 'megabytes'), { what: `${stage}: memory of ${name}`, unit: 'MB' })),
  ];
};
