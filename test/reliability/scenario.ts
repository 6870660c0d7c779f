import { cpSync, mkdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openProject, type TestProject } from '../rig/project.ts';
import { runWell, stemma } from '../rig/stemma.ts';

/** Loaded before the program: counts the calls that change the disk, or kills the process at one of them. */
export const killAt = fileURLToPath(new URL('./kill-at.mjs', import.meta.url));

/** Where in a call a process is killed. Half: of the bytes of a write are written. */
export type When = 'before' | 'half' | 'after';

export interface Kill {
  readonly call: string;
  readonly when: When;
}

export const killed = (project: TestProject, kill: Kill) =>
  stemma(project, ['run'], { node: ['--import', killAt], env: { STEMMA_KILL_AT: JSON.stringify(kill) } });

/**
 * A project in `root` whose next run has everything to do that runs do: it takes over from a killed run (its lock, its
 * work, its half-written files), restores a folder and a file, executes commands and a stage of TypeScript; and, made
 * stale, bundles changed code and writes the editor's schema again.
 */
export const prepareScenario = async (root: string): Promise<void> => {
  const project = openProject(root);
  writeProject(project, { letter: 'a', code: upper('toUpperCase()') });
  mkdirSync(join(root, 'schemas'), { recursive: true });
  project.write('schemas/pipeline.schema.json', '{}\n');
  await runWell(project);
  writeFinal(project);
  rmSync(join(root, 'artifacts/p/words'), { recursive: true });
  const early = await killed(project, { call: firstContent, when: 'half' });
  if (early.signal !== 'SIGKILL') throw new Error(`the run before was not killed at ${firstContent}\n${early.stderr}`);
  // What the run is to restore is away again.
  rmSync(join(root, 'artifacts/p/words'), { recursive: true, force: true });
};

const firstContent = 'write artifacts/.store/content-v1/incoming.tmp #1';

/** A project with the same files, in which nothing has run. */
export const writeFinal = (project: TestProject): void =>
  writeProject(project, { letter: 'b', code: upper("toUpperCase().concat('!')") });

const writeProject = (
  project: TestProject,
  { letter, code }: { readonly letter: string; readonly code: string },
): void => {
  project.write('in.txt', 'one\ntwo\n');
  project.stageType('upper', { code });
  project.pipeline({
    stages: {
      words: {
        run: 'mkdir -p {outs.words}/sub && cat {deps.in} > {outs.words}/all && head -n 1 {deps.in} > {outs.words}/sub/first && cp {deps.in} {outs.copy} && echo x >> {outs.copy}',
        deps: { in: { path: 'in.txt' } },
        outs: { words: 'words', copy: 'copy.txt' },
      },
      tree: {
        run: `${lingering}; mkdir {outs.tree}; printf {params.letter} > {outs.tree}/letter; cat {deps.copy} > {outs.tree}/copied`,
        deps: { copy: 'words.copy' },
        params: { letter },
        outs: { tree: 'tree' },
      },
      upper: { uses: 'upper', deps: { in: 'words.copy' } },
      join: {
        run: 'echo joins; cat {deps.tree}/letter {deps.words}/all {deps.upper} > {outs.all}',
        deps: { tree: 'tree.tree', words: 'words.words', upper: 'upper.out' },
        outs: { all: 'all.txt' },
      },
    },
  });
};

// Outlives the shell that started it, and would write into the outs long after: the runner ends it, or the next one.
const lingering = '(sleep 600; printf late > {outs.tree}/late) > /dev/null 2>&1 &\ntrue';

const upper = (work: string): string => `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
export const run = async (context) => {
  const piece = await context.memo({ of: 'text' }, (folder) => {
    writeFileSync(join(folder, 'piece'), readFileSync(context.deps.in, 'utf8').${work});
  });
  writeFileSync(context.outs.out, readFileSync(join(piece, 'piece')));
};`;

/** Calls of a whole run in a prepared project that change the disk, in their order. */
export const countCalls = async (project: TestProject): Promise<string[]> => {
  makeStale(project);
  await runWell(project, [], {
    node: ['--import', killAt],
    env: { STEMMA_CALLS_TO: join(project.root, 'calls.json') },
  });
  return JSON.parse(project.read('calls.json')) as string[];
};

/** Lets the run bundle the stage's code and write the editor's schema again, which takes it as long as all the rest. */
export const makeStale = ({ root }: TestProject): void => {
  rmSync(join(root, 'artifacts/.store/code-v1'), { recursive: true });
  utimesSync(join(root, 'schemas/pipeline.schema.json'), 1e9, 1e9);
};

/** Puts a prepared project at the place of another: as if nothing had happened there. */
export const renew = (prepared: string, root: string): TestProject => {
  rmSync(root, { recursive: true, force: true });
  cpSync(prepared, root, { recursive: true, preserveTimestamps: true });
  return openProject(root);
};
