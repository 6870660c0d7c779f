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

export const killed = (project: TestProject, kill: Kill, args: readonly string[] = ['run']) =>
  stemma(project, args, { node: ['--import', killAt], env: { STEMMA_KILL_AT: JSON.stringify(kill) } });

/**
 * A project in `root` whose next run has everything to do that runs do: it takes over from a killed run (its lock, its
 * work, its half-written files), restores a folder and a file, executes commands and a stage of TypeScript; and, made
 * stale, bundles changed code and writes the editor's schema again.
 */
export const prepareScenario = async (root: string): Promise<void> => {
  const project = openProject(root);
  writeProject(project, 'a');
  mkdirSync(join(root, 'schemas'), { recursive: true });
  project.write('schemas/pipeline.schema.json', '{}\n');
  await runWell(project);
  writeFinal(project);
  rmSync(join(root, 'artifacts/p/words'), { recursive: true });
  const early = await killed(project, { call: restoring, when: 'before' });
  if (early.signal !== 'SIGKILL') throw new Error(`the run before was not killed at ${restoring}\n${early.stderr}`);
  // What a run that is killed later leaves, when several things go on at once: here the same each time.
  project.write(`artifacts/.store/content-v1/incoming.tmp-${nobody}-1`, 'half');
  project.write(`artifacts/.store/records-v1/stage-runs/00/x.json.tmp-${nobody}-2`, '{');
  project.write(`artifacts/.store/work-v1/${'0'.repeat(64)}/process.json`, `{"pid":${nobody},"started":"0"}`);
};

const restoring = 'rename artifacts/p/words/words.tmp → artifacts/p/words/words #1';

// The highest number that a process can have.
const nobody = 4194303;

/** A project with the same files, in which nothing has run. */
export const writeFinal = (project: TestProject): void => writeProject(project, 'b');

const writeProject = (project: TestProject, letter: 'a' | 'b'): void => {
  project.write('in.txt', 'one\ntwo\n');
  project.stageType('upper', { code: upper });
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
      upper: { uses: 'upper', deps: { in: 'words.copy' }, params: { letter } },
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

const upper = `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
export const run = async (context) => {
  const piece = await context.memo({ of: 'text' }, (folder) => {
    writeFileSync(join(folder, 'piece'), readFileSync(context.deps.in, 'utf8').toUpperCase());
  });
  writeFileSync(context.outs.out, readFileSync(join(piece, 'piece'), 'utf8') + context.params.letter);
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

/** What a call does, and in which part of the store or the workspace: calls of one kind are alike to who comes after. */
export const kindOfCall = (call: string): string => {
  const [verb, path] = call.split(' ') as [string, string];
  const [, store] = /^artifacts\/\.store\/([\w-]+)/.exec(path) ?? [];
  const place = store ?? (path.startsWith('artifacts/') && !path.includes('run.html') ? 'outs' : path.split('.')[0]!);
  return `${kindsOfVerbs[verb] ?? verb} ${place}`;
};

const kindsOfVerbs: Readonly<Record<string, string>> = {
  ...{ writeFile: 'write', copyFile: 'write', fsync: 'flush', fdatasync: 'flush', sync: 'flush' },
  ...{ unlink: 'rm', link: 'rename' },
};

/** Puts a prepared project at the place of another: as if nothing had happened there. */
export const renew = (prepared: string, root: string): TestProject => {
  rmSync(root, { recursive: true, force: true });
  cpSync(prepared, root, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return openProject(root);
};
