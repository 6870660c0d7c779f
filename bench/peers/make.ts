import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, ends, type Graph, namesOf } from '../graph.ts';
import type { Runner } from './runner.ts';

export const make: Runner = {
  name: 'make',
  write: (folder, graph) => {
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(folder, 'Makefile'), makefile(graph));
  },
  command: () => ({ argv: ['make', '--silent', 'all'] }),
};

const makefile = (graph: Graph): string =>
  [`all: ${ends(graph).map(out).join(' ')}`, ...namesOf(graph).map((name, i) => rule(graph, name, i)), ''].join('\n\n');

const rule = (graph: Graph, name: string, i: number): string => {
  const above = before(graph, i);
  return `${out(name)}: ${above === undefined ? '' : out(above)}\n\techo ${i} > $@`;
};

const out = (name: string): string => `out/${name}.txt`;
