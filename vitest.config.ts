import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Files that start no process and change nothing of their own: one worker loads TensorFlow.js and the rest once for all
// of them, where a fresh one for each file spends most of its time on that.
const together = ['learn', 'lineage', 'load', 'page', 'ui'].map((folder) => `test/${folder}/**/*.test.ts`);

// Where no earlier run is there to tell, as on CI: what takes longest starts first, lest one core waits for the other.
const longest = [
  'properties/incremental.',
  'reliability/kill.',
  'properties/',
  'reliability/',
  'pipelines/',
  'package/',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

const rank = ({ moduleId }: TestSpecification): number => {
  const found = longest.findIndex((part) => moduleId.includes(`/test/${part}`));
  return found === -1 ? longest.length : found;
};

// biome-ignore lint/style/noDefaultExport: vitest asks for one.
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: together } },
      { extends: true, test: { name: 'together', include: together, isolate: false } },
    ],
  },
});
