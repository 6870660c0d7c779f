import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, type Graph, namesOf } from '../graph.ts';
import { type Settings, stemma } from '../settings.ts';
import type { Runner } from './runner.ts';

export const stemmaRunner = (settings: Settings): Runner => ({
  name: 'Stemma',
  write: (folder, graph) => {
    mkdirSync(join(folder, 'pipelines'));
    writeFileSync(join(folder, 'pipelines', `${graph.kind}.json`), JSON.stringify(pipelineOf(graph), null, 2));
  },
  command: (_folder, { kind }) => ({ argv: stemma(settings, 'run', kind) }),
});

const pipelineOf = (graph: Graph) => ({
  name: graph.kind,
  stages: Object.fromEntries(namesOf(graph).map((name, i) => [name, stageOf(graph, i)])),
});

const stageOf = (graph: Graph, i: number) => {
  const above = before(graph, i);
  return {
    run: `echo ${i} > {outs.out}`,
    ...(above !== undefined && { deps: { before: `${above}.out` } }),
    outs: { out: 'out.txt' },
  };
};
