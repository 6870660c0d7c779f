import type { Profile, ProfileAssociation } from '../../types/generated/profile.ts';
import { type Column, openDataset } from '../data/dataset.ts';
import { withConnection } from '../data/duckdb.ts';
import { targetNames } from '../data/targets.ts';
import { associate, strongPairs } from './associations.ts';
import { categoryColumn, listColumn, numberColumn, type Place, textColumn } from './columns.ts';
import { findingsOf } from './findings.ts';
import { type Aspect, everyOf, readSample, type Sample } from './sample.ts';
import { tensorColumn } from './tensors.ts';

/** The params of the stage type `profile`. */
export interface ProfileParams {
  /** Rows that associations, pairs and words are counted in, about. */
  readonly sample: number;
}

export interface ProfileOptions {
  readonly params: ProfileParams;
  /** Told after each column. */
  readonly progress?: (done: number, total: number) => void;
}

/**
 * Describes every column of a data set, in bounded memory: columns one by one, tensors shard by shard, what goes
 * along with what in a sample of every nth row.
 *
 * @param folder of the data set.
 */
export const profileDataset = async (folder: string, { params, progress }: ProfileOptions): Promise<Profile> => {
  const dataset = await openDataset(folder);
  const { rows, columns } = dataset.manifest;
  const [target = null] = targetNames(dataset.manifest.target);
  const every = everyOf(dataset, params.sample);
  const sample = await readSample(dataset, every);
  const profiles: Profile['columns'] = [];
  await withConnection(async (connection) => {
    for (const column of columns) {
      profiles.push(await profileColumn({ dataset, connection, every }, column, sample));
      progress?.(profiles.length, columns.length);
    }
  });
  const profile = {
    ...{ format: 'stemma-profile-v1' as const, rows, target, sample: { rows: sample.rows, every } },
    ...{ columns: profiles, pairs: strongPairs(sample, target) },
  };
  return { ...profile, findings: findingsOf(profile) };
};

const profileColumn = async (place: Place, column: Column, sample: Sample): Promise<Profile['columns'][number]> => {
  const { dataset, every } = place;
  if (dataset.manifest.rows === 0) return emptyColumn(column);
  const [target = null] = targetNames(dataset.manifest.target);
  const associations = (aspects: readonly Aspect[]): ProfileAssociation[] => {
    const truth = target === null || column.name === target ? undefined : sample.columns.get(target);
    return truth === undefined ? [] : aspects.flatMap((aspect) => associate(aspect, truth));
  };
  if (column.kind === 'tensor') {
    const { profile, aspects } = await tensorColumn(dataset, column, every);
    return { ...profile, associations: associations(aspects) };
  }
  const alone = associations([sample.columns.get(column.name)!]);
  switch (column.kind) {
    case 'number':
      return { ...(await numberColumn(place, column.name)), associations: alone };
    case 'labels':
      // Rows of tags are hardly ever equal: their words are what there is to tell.
      if (column.each !== undefined) return { ...(await textColumn(place, column.name)), associations: alone };
      return { ...(await listColumn(place, column)), associations: alone };
    case 'category':
      return { ...(await categoryColumn(place, column)), associations: alone };
    case 'date':
    case 'text':
      return { ...(await textColumn(place, column.name)), associations: alone };
  }
};

const emptyColumn = (column: Column): Profile['columns'][number] => {
  const none = { name: column.name, missing: 0, distinct: 0, associations: [] };
  switch (column.kind) {
    case 'number':
      return { ...none, kind: 'number', whole: false, values: null };
    case 'labels':
      if (column.each !== undefined) return { ...none, kind: 'text', empty: 0, length: null, words: [] };
      return { ...none, kind: 'category', labels: [], rest: 0, rarest: [], unused: 0, each: [] };
    case 'category':
      return { ...none, kind: 'category', labels: [], rest: 0, rarest: [], unused: column.categories.length };
    case 'date':
    case 'text':
      return { ...none, kind: 'text', empty: 0, length: null, words: [] };
    case 'tensor': {
      const { name, dtype, shape } = column;
      return { kind: 'tensor', name, dtype, shape, mean: null, contrast: null, sheet: null, associations: [] };
    }
  }
};
