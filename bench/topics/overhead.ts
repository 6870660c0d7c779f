import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Graph, namesOf } from '../graph.ts';
import { stemmaRunner } from '../peers/stemma.ts';
import { callQuietly, shell } from '../processes.ts';
import type { Figure, Report } from '../report.ts';
import { freshFolder, type Settings, stemma } from '../settings.ts';
import { figureOf, sideBySide, type Timings } from '../side-by-side.ts';

/** What a stage that runs costs beside its own work: fingerprint, process, hashing, store, record, state. */
export const overhead = (settings: Settings): Report => ({
  title: 'Overhead of a stage that runs',
  figures: [...commandFigures(settings), ...usesFigures(settings)],
  notes: [
    'The stages of a chain, one after the other, each with a new out of one small file. Of a command stage, the same ' +
      'commands run by a shell are taken off; of a `uses` stage nothing is: its process is a Node of its own. ' +
      'The start of the program and the loading of the pipeline are spread over the stages.',
  ],
});

const commandFigures = (settings: Settings): Figure[] => {
  const graph: Graph = { kind: 'chain', stages: settings.quick ? 2 : 200 };
  const own = stemmaRunner(settings);
  let folder = '';
  const timings = sideBySide(
    [
      {
        name: 'stemma',
        prepare: () => {
          folder = freshFolder(settings, 'overhead-command');
          own.write(folder, graph);
        },
        run: () => callQuietly(own.command(folder, graph).argv, { cwd: folder }),
      },
      { name: 'shell', run: () => shell(script(graph), { cwd: freshFolder(settings, 'overhead-shell') }) },
    ],
    settings.quick ? 1 : 7,
  );
  return [
    perStage(timings, graph, { what: 'a command stage, without its command', less: 'shell', limit: 15 }),
    figureOf(milliseconds(timings.get('shell')!, graph), { what: 'the command alone', unit: 'ms' }),
  ];
};

const script = (graph: Graph): string =>
  namesOf(graph)
    .map((name, i) => `/bin/sh -c 'echo ${i} > ${name}.txt'`)
    .join('\n');

const usesFigures = (settings: Settings): Figure[] => {
  const graph: Graph = { kind: 'chain', stages: settings.quick ? 1 : 20 };
  const folder = freshFolder(settings, 'overhead-uses');
  writeUsesProject(folder, graph);
  let turn = 0;
  const next = () => stemma(settings, 'run', 'chain', '--set', `stages.s0000.params.text=turn-${++turn}`);
  const timings = sideBySide(
    [
      { name: 'stemma', run: () => callQuietly(next(), { cwd: folder }) },
      {
        name: 'node',
        run: () => {
          for (const _ of namesOf(graph)) callQuietly([process.execPath, '-e', '0'], { cwd: folder });
        },
      },
    ],
    settings.quick ? 1 : 7,
  );
  return [
    perStage(timings, graph, { what: 'a `uses` stage without TensorFlow.js', limit: 150 }),
    figureOf(milliseconds(timings.get('node')!, graph), { what: "Node's start alone", unit: 'ms' }),
  ];
};

const perStage = (
  timings: Timings,
  graph: Graph,
  { what, less, limit }: { readonly what: string; readonly less?: string; readonly limit: number },
): Figure => {
  const base = less === undefined ? undefined : timings.get(less)!;
  const seconds = timings.get('stemma')!.map((value, round) => value - (base?.[round] ?? 0));
  return figureOf(milliseconds(seconds, graph), { what, unit: 'ms', bar: { atMost: limit } });
};

const milliseconds = (seconds: readonly number[], { stages }: Graph): number[] =>
  seconds.map((value) => (value * 1000) / stages);

/** A chain of a stage type of the project's own, whose out is new whenever the first one's text is. */
const writeUsesProject = (folder: string, graph: Graph): void => {
  const type = join(folder, 'stages', 'append');
  mkdirSync(type, { recursive: true });
  mkdirSync(join(folder, 'pipelines'));
  writeFileSync(join(type, 'stage.json'), JSON.stringify(declaration));
  writeFileSync(join(type, 'run.ts'), code);
  const stages = namesOf(graph).map((name, i) => [
    name,
    { uses: 'append', ...(i > 0 && { deps: { before: `${namesOf(graph)[i - 1]}.out` } }), params: { text: String(i) } },
  ]);
  writeFileSync(
    join(folder, 'pipelines', 'chain.json'),
    JSON.stringify({ name: 'chain', stages: Object.fromEntries(stages) }),
  );
};

const declaration = {
  summary: 'Appends a text to what it is given.',
  version: 1,
  deps: { before: { type: 'file', optional: true, description: 'What to append to.' } },
  outs: { out: { type: 'file', path: 'out.txt', description: 'The whole text.' } },
  params: {
    type: 'object',
    additionalProperties: false,
    properties: { text: { type: 'string', default: '', description: 'What to append.' } },
  },
};

const code = `
import { readFileSync, writeFileSync } from 'node:fs';
import type { StageContext } from 'stemma/stage';
export const run = ({ params, deps, outs }: StageContext<{ text: string }>): void => {
  const before = deps.before === undefined ? '' : readFileSync(deps.before, 'utf8');
  writeFileSync(outs.out!, before + params.text);
};
`;
