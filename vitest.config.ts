import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// A fresh worker for each file spends most of its time on loading the same modules again, so that most files share one.

// These keep a processor busy for minutes, or change what others would find: a worker each.
const apart = ['test/properties/*.test.ts', 'test/reliability/kill.test.ts', 'test/parity/threads.test.ts'];

// Files that start no process. They load TensorFlow.js and much else: a process of that size is slow to start others.
const alone = ['learn/**/*', 'lineage/**/*', 'load/**/*', 'page/**/*', 'ui/**/*', 'tidy/kernels'].map(
  (files) => `test/${files}.test.ts`,
);

// Where no earlier run is there to tell, as on CI: what takes longest starts first, lest one core waits for the other.
const longest = [
  ...['properties/incremental.', 'reliability/kill.', 'properties/'],
  ...['pipelines/', 'browser/', 'bench/', 'package/', 'parity/', 'machine/', 'reliability/', 'commands/'],
  ...['load/large.', 'learn/diagnosis/', 'learn/training/', 'learn/gan/'],
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => order(a) - order(b));
  }
}

/** A worker goes on as long as the next file is of its own project, so that these stay together. */
const order = ({ moduleId, project }: TestSpecification): number => {
  const found = longest.findIndex((part) => moduleId.includes(`/test/${part}`));
  return projects.indexOf(project.name) * 100 + (found === -1 ? longest.length : found);
};

const projects = ['apart', 'processes', 'alone'];

// biome-ignore lint/style/noDefaultExport: vitest asks for one.
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', './scripts/still-running.mjs'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'apart', include: apart } },
      {
        extends: true,
        test: { name: 'processes', include: ['test/**/*.test.ts'], exclude: [...apart, ...alone], isolate: false },
      },
      { extends: true, test: { name: 'alone', include: alone, exclude: apart, isolate: false } },
    ],
  },
});
