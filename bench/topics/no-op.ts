import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Graph } from '../graph.ts';
import { installPeers } from '../peers/install.ts';
import { make } from '../peers/make.ts';
import type { Runner } from '../peers/runner.ts';
import { stemmaRunner } from '../peers/stemma.ts';
import { turbo } from '../peers/turbo.ts';
import { wireit } from '../peers/wireit.ts';
import { call, callQuietly, isThere } from '../processes.ts';
import type { Figure, Report } from '../report.ts';
import type { Settings } from '../settings.ts';
import { type Contestant, figureOf, ratios, secondsFigures, sideBySide } from '../side-by-side.ts';

/** Nothing to do for a chain and for a fan of 1,000 command stages: every start included. */
export const noOp = (settings: Settings): Report => {
  const stages = settings.quick ? 5 : 1000;
  const { runners, notes } = runnersFor(settings);
  const figures = (['chain', 'fan'] as const).flatMap((kind) => measure({ kind, stages }, runners, settings));
  return { title: `Nothing to do: ${stages.toLocaleString('en')} command stages`, figures, notes };
};

const runnersFor = (settings: Settings): { readonly runners: readonly Runner[]; readonly notes: readonly string[] } => {
  const own = stemmaRunner(settings);
  const local = isThere('make') ? [own, make] : [own];
  if (settings.quick) return { runners: local, notes: [] };
  const installed = installPeers(settings);
  if ('missing' in installed) return { runners: local, notes: [installed.missing] };
  return { runners: [...local, turbo(installed.peers), wireit(installed.peers)], notes: [howPeersRun] };
};

const howPeersRun =
  'Each stage writes one small file. make holds modification times against each other; turbo runs one package with a ' +
  'script a stage, wireit the same; npm itself is left out of both.';

const measure = (graph: Graph, runners: readonly Runner[], settings: Settings): Figure[] => {
  const contestants = runners.map((runner) => contestantOf(runner, graph));
  const timings = sideBySide(contestants, settings.quick ? 1 : 7);
  const [own, ...others] = contestants.map(({ name }) => name);
  const faster = others.map((name) =>
    figureOf(ratios(timings, name, own!), {
      what: `${name} / Stemma`,
      unit: 'times',
      ...(!name.startsWith('make') && { bar: { atLeast: 1 } }),
    }),
  );
  return [...secondsFigures(timings, { [own!]: { atMost: 0.3 } }), ...faster].map((figure) => ({
    ...figure,
    what: `${graph.kind}: ${figure.what}`,
  }));
};

/** A project in which everything has run once. It stands outside of any git repository: there turbo is slower. */
const contestantOf = (runner: Runner, graph: Graph): Contestant => {
  const folder = mkdtempSync(join(tmpdir(), `stemma-bench-${graph.kind}-`));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  runner.write(folder, graph);
  const { argv, env = {}, firstEnv = {} } = runner.command(folder, graph);
  call(argv, { cwd: folder, env: { ...env, ...firstEnv } });
  return { name: runner.name, run: () => callQuietly(argv, { cwd: folder, env }) };
};
