import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, ends, type Graph, namesOf } from '../graph.ts';
import type { Runner } from './runner.ts';

/** `peers` is the folder that turbo is installed in. */
export const turbo = (peers: string): Runner => ({
  name: 'turbo',
  write: (folder, graph) => {
    mkdirSync(join(folder, 'out'));
    const files = {
      'package.json': packageOf(graph),
      'package-lock.json': lock,
      'turbo.json': { tasks: tasksOf(graph) },
    };
    for (const [name, value] of Object.entries(files))
      writeFileSync(join(folder, name), JSON.stringify(value, null, 2));
    writeShim(folder, graph);
  },
  command: (folder, graph) => ({
    argv: [join(peers, 'node_modules', '.bin', 'turbo'), 'run', ...ends(graph), '--ui=stream', '--output-logs=none'],
    env: { TURBO_TELEMETRY_DISABLED: '1' },
    firstEnv: { PATH: `${join(folder, 'shim')}:${process.env['PATH']}` },
  }),
});

const packageOf = (graph: Graph) => ({
  name: 'bench',
  private: true,
  packageManager: 'npm@10.8.2',
  scripts: Object.fromEntries(namesOf(graph).map((name, i) => [name, script(name, i)])),
});

const lock = { name: 'bench', lockfileVersion: 3, requires: true, packages: { '': { name: 'bench' } } };

// One small input: without `inputs`, turbo hashes every file of the package for every task.
const tasksOf = (graph: Graph) =>
  Object.fromEntries(
    namesOf(graph).map((name, i) => {
      const above = before(graph, i);
      const dependsOn = above === undefined ? [] : [above];
      return [name, { dependsOn, inputs: ['package.json'], outputs: [`out/${name}.txt`] }];
    }),
  );

const script = (name: string, i: number): string => `echo ${i} > out/${name}.txt`;

/** The first time, 1,000 starts of npm would take minutes that nobody measures: a script in its place. */
const writeShim = (folder: string, graph: Graph): void => {
  const commands = join(folder, 'shim', 'commands');
  mkdirSync(commands, { recursive: true });
  for (const [i, name] of namesOf(graph).entries()) writeFileSync(join(commands, name), script(name, i));
  const npm = join(folder, 'shim', 'npm');
  writeFileSync(npm, `#!/bin/sh\nexec /bin/sh ${commands}/"$2"\n`);
  chmodSync(npm, 0o755);
};
