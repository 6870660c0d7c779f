import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ColumnSummary } from '../../../../types/generated/data-schema.ts';
import { StageError } from '../../../error.ts';
import { type Column, createDatasetWriter } from '../../dataset.ts';
import { contentDigests, identify } from '../../identity.ts';
import { originsByFile } from '../../origins.ts';
import type { Official, Rows } from '../../rows.ts';
import { counted, sortLabels } from '../../words.ts';
import { chosenFiles, type Document, labelled } from '../documents/labels.ts';
import { type FolderSource, type FolderStage, firstOfEach } from '../folder.ts';
import type { Ingested } from '../params.ts';
import { rawOf } from '../raw.ts';
import { type Broken, decodeSound, type Sound } from './decode.ts';
import { type Example, exampleOf, makerOf } from './examples.ts';
import type { SoundsParams } from './params.ts';

export const isSoundName = (path: string): boolean => /\.wave?$/i.test(path);

/**
 * Reads a folder of sounds: the column `sound`, a tensor of 32-bit floats, and the labels as categories.
 *
 * @throws StageError naming all files that cannot be decoded, or all rates or lengths where they differ.
 */
export const ingestSounds = async (
  source: FolderSource,
  params: SoundsParams,
  { progress }: Pick<FolderStage, 'progress'>,
): Promise<Ingested> => {
  const { folder } = source;
  const files = chosenFiles(source, undefined, { name: /\.wave?$/i, known: 'sounds: known is .wav' });
  const sounds = firstOfEach(labelled(folder, files, params), source.subset);
  // Twice through all of them: decoding is quick, and whatever is wrong anywhere is told before a row is written.
  const heard = await hear(folder, sounds);
  const broken = heard.filter((each): each is Heard<Broken> => 'why' in each.sound);
  refuseBroken(broken, params, folder);
  const whole = heard.filter((each): each is Heard<Length> => !('why' in each.sound));
  const rate = common(whole, { folder, of: ({ rate: own }) => own, ...differing.rate });
  const asked = params.seconds === undefined ? undefined : Math.round(params.seconds * rate);
  const samples = asked ?? common(whole, { folder, of: ({ length }) => length, ...differing.length });
  const written = await write({ ...source, params, example: exampleOf(rate, samples, params) }, { documents: whole.map(({ document }) => document), progress }); // biome-ignore format: one call
  return { ...written, notices: [...brokenTold(broken), ...cutTold(whole, samples)] };
};

/** What is known of a sound after the first time. */
interface Length {
  readonly rate: number;
  readonly length: number;
}

interface Heard<Of = Length | Broken> {
  readonly document: Document;
  readonly sound: Of;
}

const hear = async (folder: string, documents: readonly Document[]): Promise<Heard[]> => {
  const heard: Heard[] = [];
  for (const document of documents) {
    const sound = decodeSound(await readFile(join(folder, document.path)));
    heard.push({ document, sound: 'why' in sound ? sound : { rate: sound.rate, length: sound.samples.length } });
  }
  return heard;
};

const refuseBroken = (broken: readonly Heard<Broken>[], params: SoundsParams, folder: string): void => {
  if (broken.length === 0 || params.broken === 'drop') return;
  throw new StageError(
    [`${basename(folder)}: ${counted(broken.length, 'file')} cannot be decoded`, ...linesOf(broken)].join('\n'),
    'mend or remove them, or give params.sounds.broken: "drop"',
  );
};

const brokenTold = (broken: readonly Heard<Broken>[]): string[] =>
  broken.length === 0
    ? []
    : [[`left out ${counted(broken.length, 'file')} that cannot be decoded`, ...linesOf(broken)].join('\n')];

const linesOf = (broken: readonly Heard<Broken>[]): string[] => [
  ...broken.slice(0, mostTold).map(({ document, sound }) => `  ${document.path}: ${sound.why}`),
  ...(broken.length > mostTold ? [`  and ${broken.length - mostTold} more`] : []),
];

const mostTold = 20;

/** Cutting loses something: people are told how much was. */
const cutTold = (heard: readonly Heard<Length>[], samples: number): string[] => {
  const longer = heard.filter(({ sound }) => sound.length > samples);
  if (longer.length === 0) return [];
  return [`${counted(longer.length, 'sound')} longer than params.sounds.seconds, as ${longer[0]!.document.path}: cut at the end`];
}; // biome-ignore format: one line

/** What sounds have to have in common, and what helps where they have not. */
const differing = {
  rate: { what: 'samples a second', hint: 'convert them to one rate, as ffmpeg -ar does' },
  length: { what: 'lengths in samples', hint: 'give params.sounds.seconds, as 1.5' },
} as const;

interface Common {
  readonly folder: string;
  readonly of: (sound: Length) => number;
  readonly what: string;
  readonly hint: string;
}

const common = (heard: readonly Heard<Length>[], { folder, of, what, hint }: Common): number => {
  const found = new Map<number, { count: number; readonly path: string }>();
  for (const { document, sound } of heard) {
    const known = found.get(of(sound));
    if (known === undefined) found.set(of(sound), { count: 1, path: document.path });
    else known.count += 1;
  }
  const [first, ...others] = [...found].sort(([, a], [, b]) => b.count - a.count);
  if (first === undefined) throw new StageError(`${basename(folder)} has no sound that can be decoded`);
  if (others.length === 0) return first[0];
  const told = [first, ...others]
    .slice(0, 5)
    .map(([value, { count, path }]) => `  ${value}: ${counted(count, 'sound')}, as ${path}`);
  throw new StageError([`${basename(folder)}: the sounds have ${found.size} different ${what}`, ...told].join('\n'), hint); // biome-ignore format: one line
};

interface Writing extends FolderSource {
  readonly params: SoundsParams;
  readonly example: Example;
}

const write = async (
  { folder, out, target, example }: Writing,
  { documents, progress }: { readonly documents: readonly Document[] } & Pick<FolderStage, 'progress'>,
): Promise<Omit<Ingested, 'notices'>> => {
  const { shape, raw } = example;
  const label = documents[0]?.label === null ? null : (target ?? 'label');
  const official = documents[0]?.official !== null;
  const sound: Column = { name: 'sound', kind: 'tensor', dtype: 'float32', shape: [...shape] };
  const labels = sortLabels(new Set(documents.flatMap((each) => each.label ?? [])));
  const columns: Column[] = label === null ? [sound] : [sound, { name: label, kind: 'category', dtype: 'string', categories: labels }]; // biome-ignore format: one line
  const writer = await createDatasetWriter(out, { target: label, columns, official, raw: rawOf(columns, { sounds: raw }) }); // biome-ignore format: one line
  const make = makerOf(raw);
  const size = shape.reduce((product, length) => product * length, 1);
  const seen = new Map<string, number>();
  const range = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  for (let from = 0; from < documents.length; from += atOnce) {
    const part = documents.slice(from, from + atOnce);
    const values = new Float32Array(part.length * size);
    for (const [at, { path }] of part.entries())
      values.set(make(decodeSound(await readFile(join(folder, path))) as Sound), at * size);
    for (const value of values) [range.min, range.max] = [Math.min(range.min, value), Math.max(range.max, value)];
    const rows: Rows = {
      ids: part.map(() => ''),
      official: official ? part.map((each) => each.official as Official) : null,
      columns: new Map([
        ['sound', { kind: 'tensor' as const, shape, values }],
        ...(label === null ? [] : [[label, { kind: 'label' as const, values: part.map((each) => each.label) }] as const]),
      ]), // biome-ignore format: one map
    };
    await writer.append({ ...rows, ids: identify(contentDigests(rows), seen) });
    progress({ done: from + part.length, total: documents.length, unit: 'sounds' });
  }
  const summaries = columns.map((column) => summaryOf(column, documents, range));
  return { manifest: await writer.close(), summaries, origins: originsByFile(documents.map(({ path }) => path)) };
};

const atOnce = 256;

const summaryOf = (column: Column, documents: readonly Document[], range: { min: number; max: number }): ColumnSummary => {
  const { name } = column;
  if (column.kind !== 'category') {
    const { dtype, shape } = column as Extract<Column, { kind: 'tensor' }>;
    return { name, kind: 'tensor', missing: 0, dtype, shape: [...shape], ...range };
  }
  const rowsOf = (label: string) => documents.filter((each) => each.label === label).length;
  const categories = column.categories.map((label) => ({ label, rows: rowsOf(label) }));
  return { name, kind: 'category', missing: 0, required: true, unique: false, distinct: categories.length, categories };
}; // biome-ignore format: one signature
