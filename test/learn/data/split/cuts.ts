import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DatasetShard, headerOf, readManifest, writeManifest } from '../../../../src/learn/data/dataset.ts';
import { type Rows, sliceRows } from '../../../../src/learn/data/rows.ts';
import { headerFor, writeDataset } from '../rows.ts';

/** A data set in shards of these sizes, which no stage would make of so few rows. */
export const writeCuts = async (folder: string, rows: Rows, sizes: readonly number[]): Promise<string> => {
  const header = headerFor(rows);
  const shards: DatasetShard[] = [];
  let from = 0;
  await mkdir(join(folder, 'shards'), { recursive: true });
  for (const [index, size] of sizes.entries()) {
    const part = await writeDataset(`${folder}-${index}`, sliceRows(rows, from, from + size), header);
    const [shard] = (await readManifest(part)).shards;
    for (const kind of ['table', 'tensors'] as const) {
      const path = shard?.[kind];
      if (path !== undefined) await cp(join(part, path), join(folder, path.replace('00000', `0000${index}`)));
    }
    shards.push(JSON.parse(JSON.stringify(shard).replaceAll('00000', `0000${index}`)));
    from += size;
  }
  await writeManifest(folder, headerOf(await readManifest(`${folder}-0`)), shards);
  return folder;
};
