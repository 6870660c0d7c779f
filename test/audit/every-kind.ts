import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeGated } from '../gate/project.ts';
import { createHold } from '../rig/hold.ts';
import { run, runWell, stemma } from '../rig/kept.ts';
import { openProject, type TestProject } from '../rig/project.ts';
import { endOf, startStemma } from '../rig/stemma.ts';

/**
 * A project whose runs leave every kind of file below `artifacts/`: outs that are files and folders, logs, pieces and
 * checkpoints of a stage type, a large input folder, a glob, a package, two pipelines of which one reads the other's
 * out, runs that changed things, failed and were interrupted.
 */
export const prepareEveryKind = async (root: string): Promise<TestProject> => {
  const project = openProject(root);
  writeInputs(project);
  project.stageType('keep', { code: keepCode });
  writePipelines(project, { word: 'one' });
  await runWell(project, ['p']);
  await runWell(project, ['q']);
  writePipelines(project, { word: 'two' });
  await runWell(project, ['p']);
  await runWell(project, ['p', '--force', 'copy']);
  writePipelines(project, { word: 'fails' });
  const failed = await run(project, ['p']);
  if (failed.exitCode !== 1) throw new Error(`the run was to fail: ${failed.stdout}${failed.stderr}`);
  await interrupt(project);
  writePipelines(project, { word: 'two' });
  await runWell(project, ['p']);
  await runWell(project, ['q']);
  // Two, one after the other: what was published before stays.
  for (const accuracy of [0.8, 0.9]) {
    writeGated(project, { accuracy, name: 'g' });
    await runWell(project, ['g']);
  }
  await stemma(project, ['runs']);
  return project;
};

const interrupt = async (project: TestProject): Promise<void> => {
  const hold = await createHold();
  project.pipeline({ stages: { held: { run: hold.command('held'), outs: { o: 'o' } } } }, 'held');
  const child = startStemma(project, ['run', 'held']);
  await hold.started('held');
  child.kill('SIGINT');
  const { exitCode } = await endOf(child);
  if (exitCode !== 130) throw new Error(`the run was to be interrupted, and ended with ${exitCode}`);
};

const writeInputs = (project: TestProject): void => {
  for (let i = 0; i < 70; i++) project.write(`data/many/${String(i).padStart(2, '0')}/x`, `${i}\n`);
  for (const name of ['a', 'b']) project.write(`data/${name}.csv`, `${name},1\n`);
  project.write('data/in.txt', 'one\ntwo\n');
  project.write('tools/count.sh', 'cat "$1" | wc -l > "$2"\necho counted\n');
  project.write('elsewhere/words/package.json', '{"name":"words","version":"1.2.3"}\n');
  project.write('elsewhere/words/list/w.txt', 'words\n');
  project.write('node_modules/.keep', '');
  symlinkSync('../elsewhere/words', join(project.root, 'node_modules/words'));
};

const writePipelines = (project: TestProject, { word }: { readonly word: string }): void => {
  project.pipeline({
    stages: {
      copy: {
        run: 'mkdir -p {outs.tree}/sub; cp -R {deps.many} {outs.tree}/many; cat {deps.tables}/data/*.csv > {outs.table} 2>/dev/null || cat data/*.csv > {outs.table}; echo {params.word} > {outs.tree}/sub/word; test {params.word} != fails',
        deps: { many: { path: 'data/many' }, tables: { path: 'data/*.csv' } },
        params: { word },
        outs: { tree: 'tree', table: 'deep/table.csv' },
      },
      count: {
        run: ['sh', 'tools/count.sh', '{deps.table}', '{outs.count}'],
        deps: { table: 'copy.table', words: { package: 'words', path: 'list' } },
        outs: { count: 'count.txt' },
      },
      keep: { uses: 'keep', deps: { in: { path: 'data/in.txt' } }, params: { word } },
    },
  });
  project.pipeline(
    {
      stages: {
        follow: {
          run: 'cat {deps.table} > {outs.o}',
          deps: { table: { pipeline: 'p', out: 'copy.table' } },
          outs: { o: 'o' },
        },
      },
    },
    'q',
  );
};

const checkpointModule = fileURLToPath(new URL('../../src/learn/training/checkpoint.ts', import.meta.url));

/** Keeps pieces, a checkpoint as trainings do, and a file of its own in its scratch. */
const keepCode = `
import { readFileSync, writeFileSync } from 'node:fs';
import { saveCheckpoint } from ${JSON.stringify(checkpointModule)};
export const run = async ({ deps, outs, params, memo, scratch }) => {
  const pieces = [];
  for (const line of readFileSync(deps.in, 'utf8').trim().split('\\n'))
    pieces.push(await memo({ line }, (folder) => writeFileSync(folder + '/piece.txt', line)));
  const tensor = { shape: [2], data: Float32Array.from([1, 2]) };
  await saveCheckpoint({ folder: scratch, plan: 'constant' }, { epochs: [{ epoch: 1, rate: 0.1, loss: 1 }], tensors: new Map([['weights/w', tensor]]) });
  writeFileSync(scratch + '/notes', 'mine');
  writeFileSync(outs.out, pieces.map((piece) => readFileSync(piece + '/piece.txt', 'utf8')).join() + params.word);
};`;
