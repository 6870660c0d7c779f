import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, ends, type Graph, namesOf } from '../graph.ts';
import type { Runner } from './runner.ts';

/** `peers` is the folder that wireit is installed in. */
export const wireit = (peers: string): Runner => ({
  name: 'wireit',
  write: (folder, graph) => {
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify(packageOf(graph), null, 2));
  },
  // As `npm run all` starts it, without the time that npm itself takes.
  command: (folder) => ({
    argv: [process.execPath, join(peers, 'node_modules', 'wireit', 'bin', 'wireit.js')],
    env: {
      npm_lifecycle_event: 'all',
      npm_package_json: join(folder, 'package.json'),
      npm_config_user_agent: 'npm/10',
    },
  }),
});

const packageOf = (graph: Graph) => ({
  name: 'bench',
  private: true,
  scripts: Object.fromEntries([...namesOf(graph), 'all'].map((name) => [name, 'wireit'])),
  wireit: {
    ...Object.fromEntries(namesOf(graph).map((name, i) => [name, scriptOf(graph, name, i)])),
    all: { dependencies: ends(graph) },
  },
});

const scriptOf = (graph: Graph, name: string, i: number) => {
  const above = before(graph, i);
  return {
    command: `echo ${i} > out/${name}.txt`,
    dependencies: above === undefined ? [] : [above],
    files: [],
    output: [`out/${name}.txt`],
  };
};
