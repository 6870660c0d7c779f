import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { parseManifest } from '../../src/fingerprint/manifest.ts';
import { peakMemory } from '../peak-memory.ts';
import { clock } from '../stopwatch.ts';

// node decode.mjs FOLDER: decodes all images of FOLDER with sharp, as many at a time as ingest does, and keeps nothing.

sharp.concurrency(1);
sharp.cache(false);

const folder = process.argv[2] as string;
const waiting = parseManifest(readFileSync(`${folder}.sha256`, 'utf8'));
const decode = async (): Promise<void> => {
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop())
    await sharp(await readFile(join(folder, file.path)))
      .toColourspace('b-w')
      .raw()
      .toBuffer();
};

const taken = clock();
await Promise.all(Array.from({ length: 2 * Math.max(4, availableParallelism()) }, decode));
console.log(JSON.stringify({ ...taken(), megabytes: peakMemory() }));
