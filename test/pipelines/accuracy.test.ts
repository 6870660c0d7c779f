import { cpSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDataset } from '../../src/learn/data/dataset.ts';
import { writeTable } from '../../src/learn/data/table.ts';
import { userCacheFolder } from '../../src/machine/cache-folder.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { runWell } from '../rig/stemma.ts';

// What the shipped pipelines reach, over seeds. They train on TensorFlow where this user has it, as `make backend` brings
// it, which takes minutes; else on wasm, which takes far longer.

const repository = join(import.meta.dirname, '../..');
const cache = userCacheFolder({
  environment: process.env,
  home: process.env['HOME'] ?? '',
  platform: process.platform,
});

interface Pipeline {
  seed: number;
  readonly stages: Record<string, { deps: Record<string, unknown>; params?: Record<string, unknown> }>;
}

const project = (name: string, change: (pipeline: Pipeline) => void = () => undefined): TestProject => {
  const created = createProject();
  cpSync(join(repository, 'pipelines'), join(created.root, 'pipelines'), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(created.root, 'node_modules'));
  const pipeline = JSON.parse(created.read(`pipelines/${name}.json`)) as Pipeline;
  change(pipeline);
  writeFileSync(join(created.root, `pipelines/${name}.json`), JSON.stringify(pipeline));
  return created;
};

/** The metric of each seed, and their mean. */
const meanOf = async (
  here: TestProject,
  { name, metric, seeds }: { readonly name: string; readonly metric: string; readonly seeds: readonly number[] },
): Promise<number> => {
  const reached: number[] = [];
  for (const seed of seeds) {
    const pipeline = JSON.parse(here.read(`pipelines/${name}.json`)) as Pipeline;
    writeFileSync(join(here.root, `pipelines/${name}.json`), JSON.stringify({ ...pipeline, seed }));
    const { ended } = await runWell(here, [name], { env: { STEMMA_CACHE_DIR: cache } });
    reached.push((ended['evaluate']!.metrics![metric] as { value: number }).value);
  }
  process.stderr.write(`${name}, ${metric}: ${reached.map((value) => value.toFixed(4)).join(', ')}\n`);
  return reached.reduce((sum, value) => sum + value, 0) / reached.length;
};

const nightly = it.runIf(process.env['STEMMA_NIGHTLY']);
const [three, hours] = [[1337, 1, 2], { timeout: 3 * 3_600_000 }];

nightly('mnist: 0.992 of the official test images, mean of 3 seeds', hours, async () => {
  expect(existsSync(cache)).toBe(true);
  expect(await meanOf(project('mnist'), { name: 'mnist', metric: 'accuracy', seeds: three })).toBeGreaterThanOrEqual(
    0.992,
  );
});

nightly('penguins: 0.97 over 20 splits', hours, async () => {
  const seeds = Array.from({ length: 20 }, (_, at) => at + 1);
  // What one split accepted is no measure for another.
  const here = project('penguins', ({ stages }) => {
    delete stages['gate'];
    delete stages['report'];
  });
  expect(await meanOf(here, { name: 'penguins', metric: 'accuracy', seeds })).toBeGreaterThanOrEqual(0.97);
});

nightly('spam: an F1 of 0.97, mean of 3 seeds', hours, async () => {
  expect(await meanOf(project('spam'), { name: 'spam', metric: 'f1', seeds: three })).toBeGreaterThanOrEqual(0.97);
});

// The package has no test set of its own: the first 1,000 images of each class are taken for one, and of the others every
// tenth of a class for validation.
nightly('fashion: 0.915 of the first 1,000 images of each class, mean of 3 seeds', hours, async () => {
  const here = project('fashion', ({ stages }) => {
    stages['split']!.deps['splits'] = { path: 'splits.parquet' };
    delete stages['split']!.params;
  });
  writeFileSync(join(here.root, 'splits.parquet'), '');
  await runWell(here, ['fashion', 'clean']);
  await writeTable(join(here.root, 'splits.parquet'), await firstOfEachClass(join(here.root, 'artifacts/fashion/clean/examples'))); // biome-ignore format: one line
  expect(await meanOf(here, { name: 'fashion', metric: 'accuracy', seeds: three })).toBeGreaterThanOrEqual(0.915);
});

const firstOfEachClass = async (folder: string) => {
  const seen = new Map<string, number>();
  const [ids, splits]: [string[], string[]] = [[], []];
  for await (const rows of (await openDataset(folder)).shards()) {
    const labels = rows.columns.get('class') as { readonly values: readonly string[] };
    for (const [row, id] of rows.ids.entries()) {
      const label = labels.values[row]!;
      const place = seen.get(label) ?? 0;
      seen.set(label, place + 1);
      ids.push(id);
      splits.push(place < 1000 ? 'test' : place % 10 === 0 ? 'validation' : 'train');
    }
  }
  return [
    { name: 'id', type: 'string', values: ids },
    { name: 'split', type: 'string', values: splits },
  ] as const;
};
