import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stageCode } from '../../../src/fingerprint/code.ts';
import { openStatCache } from '../../../src/fingerprint/stat-cache.ts';
import { loadPipeline } from '../../../src/load/load-pipeline.ts';
import { readJson } from '../../../src/load/read-json.ts';
import { passTick } from '../../rig/clock.ts';
import { openProject } from '../../rig/project.ts';
import { named, type Reader } from './reader.ts';

// Files of the user's project. How a pipeline's own JSON is read, test/load/fuzz.test.ts tries in every part.

const projectAt = (root: string) => ({ root, artifacts: join(root, 'artifacts') });

const command = { run: ['true'], outs: { o: 'o' }, deps: { d: { package: 'rows', path: 'data.csv' } } };

const load = async (root: string): Promise<void> => {
  const result = await loadPipeline({ project: projectAt(root), file: 'p' });
  if (!result.ok && result.diagnostics.length === 0) throw new Error('refused without a word');
};

const codeOf = (folder: string) =>
  stageCode({
    entry: join(folder, 'stages/s/run.ts'),
    reads: [],
    cacheFolder: join(folder, 'code'),
    statCache: openStatCache(join(folder, 'stat')),
  });

const writeStage = (folder: string): void => {
  openProject(folder).write('stages/s/run.ts', "import { rows } from 'rows';\nexport const run = () => rows;\n");
  // Of what was written just now no note is kept.
  passTick(folder);
};

const writePackage = (folder: string): void => {
  const project = openProject(folder);
  const manifest = { name: 'rows', version: '1.0.0', main: 'index.js', dependencies: {}, optionalDependencies: {} };
  project.write('node_modules/rows/package.json', JSON.stringify(manifest));
  project.write('node_modules/rows/index.js', 'exports.rows = 1;');
  project.write('node_modules/rows/data.csv', 'a\n1\n');
};

export const projectReaders: readonly Reader[] = [
  {
    name: 'a JSON file of the project',
    sources: ['src/load/read-json.ts', 'src/load/explain-json.ts'],
    prepare: (folder) => {
      openProject(folder).write('x.json', JSON.stringify({ name: 'p', stages: { a: command } }, null, 1));
      return 'x.json';
    },
    read: async (folder) => {
      const read = await readJson(join(folder, 'x.json'), 'x.json');
      if (read.kind === 'broken' && read.findings.length === 0) throw new Error('broken without a word');
    },
  },
  {
    name: "a package's own package.json, as a dep",
    sources: ['src/load/dep-package.ts'],
    prepare: (folder) => {
      openProject(folder).pipeline({ stages: { a: command } });
      writePackage(folder);
      return 'node_modules/rows/package.json';
    },
    read: load,
  },
  {
    name: "a package's own package.json, as an import of a stage",
    sources: ['src/fingerprint/bundle.ts'],
    prepare: (folder) => {
      writePackage(folder);
      writeStage(folder);
      return 'node_modules/rows/package.json';
    },
    read: codeOf,
    tells: named('CodeProblem'),
    runs: 25,
  },
  {
    name: 'what is noted of a bundle',
    sources: ['src/fingerprint/code.ts'],
    prepare: async (folder) => {
      writePackage(folder);
      writeStage(folder);
      await codeOf(folder);
      const [note] = (await readdir(join(folder, 'code'))).filter((name) => name.endsWith('.json'));
      return `code/${note}`;
    },
    read: codeOf,
    runs: 25,
  },
];
