import type { Column, LabelsColumn, TensorColumn } from '../../types/generated/dataset.ts';
import { StageError } from '../error.ts';
import { columnOf, type LabelData, type Rows, type TensorColumnData } from './rows.ts';
import type { PackedTargets, TargetPart } from './target-parts.ts';
import { withoutTarget } from './target-values.ts';
import { listed } from './words.ts';

// A target that is a sequence as long as the input: a tag for each word. Rows are as long as the ids of the words; where
// these are padded, there is no tag.

/** Stands where a row has no word: no tag is learned or judged there. */
export const noTag = -1;

/** A column of tags, where the only target is one. */
export const tagColumn = ([target, ...others]: readonly Column[]): LabelsColumn | undefined => {
  if (target?.kind === 'labels' && target.each !== undefined && others.length === 0) return target;
  const tags = [target, ...others].find((each) => each?.kind === 'labels' && each.each !== undefined);
  if (tags === undefined) return undefined;
  throw new StageError(
    `the target "${tags.name}" has tags of words, and beside it are ${others.length} other targets: tags are learned alone`,
    'name one of them in ingest.target',
  );
};

/**
 * The tags of rows, as long as the ids of their words: [rows, steps], `noTag` where a row has no word. Tags of words that
 * the ids have no room for are cut off with them.
 *
 * @throws StageError where the words are no ids any more, a row has other than as many tags, or none.
 */
export const packTags = (column: LabelsColumn, features: readonly Column[], parts: readonly Rows[]): PackedTargets => {
  const words = wordsFor(column, features);
  const steps = words.shape[0]!;
  const { name, categories: classes } = column;
  const places = new Map(classes.map((tag, at) => [tag, at]));
  const tagged = parts.flatMap((part) => (columnOf(name)(part) as LabelData).values);
  const target = new Float32Array(tagged.length * steps).fill(noTag);
  let row = 0;
  for (const part of parts) {
    const { values: ids } = columnOf(words.name)(part) as TensorColumnData;
    for (let from = 0; from < ids.length; from += steps, row += 1) {
      const tags = tagsIn(tagged[row]!, name);
      refuseUneven(tags.length, Array.from(ids.subarray(from, from + steps)), { column, id: part.ids[from / steps]! });
      for (const [at, tag] of tags.slice(0, steps).entries()) target[row * steps + at] = placeOf(tag, places, column);
    }
  }
  const part: TargetPart = { name, kind: 'tags', classes, from: 0, width: steps, outputs: steps * classes.length, shape: [steps] }; // biome-ignore format: one line
  return { parts: [part], target };
};

const wordsFor = ({ name, each }: LabelsColumn, features: readonly Column[]): TensorColumn => {
  const found = features.find((column) => column.name === each);
  if (found?.kind === 'tensor' && found.vocabulary !== undefined && found.shape.length === 1) return found;
  throw new StageError(
    `the target "${name}" has a tag for each word of "${each}", and ${found === undefined ? 'there is no such column any more' : `that is a ${found.kind} and no ids of words`}`,
    `normalize makes ids of it: { "columns": { "${each}": "tokens" } }`,
  );
};

const tagsIn = (list: string | null, name: string): readonly string[] => {
  if (list === null) throw withoutTarget(name);
  try {
    const tags: unknown = JSON.parse(list);
    if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) return tags;
  } catch {
    // Said below.
  }
  throw new StageError(`the target "${name}" is to be a JSON array of tags, and a row has ${JSON.stringify(list)}`);
};

/** A stage between may have changed the words: then no tag belongs to its own any more. */
const refuseUneven = (tags: number, ids: readonly number[], { column: { name, each }, id }: { readonly column: LabelsColumn; readonly id: string }): void => {
  const words = ids.filter((word) => word !== 0).length;
  if (words === Math.min(tags, ids.length) && ids.slice(words).every((word) => word === 0)) return;
  throw new StageError(
    `the row ${id} has ${tags} tags "${name}" and ${words} words "${each}": each word is to have one`,
    'a stage between ingest and train has changed the words',
  );
}; // biome-ignore format: a line a parameter list

const placeOf = (tag: string, places: ReadonlyMap<string, number>, { name, categories }: LabelsColumn): number => {
  const place = places.get(tag);
  if (place !== undefined) return place;
  throw new StageError(`the target "${name}" has the tag "${tag}", which is none of ${listed(categories)}`);
};
