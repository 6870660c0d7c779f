import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetManifest } from '../../types/generated/dataset.ts';
import { writeManifest } from '../data/dataset.ts';
import { StageError } from '../error.ts';
import { isDataset } from '../generated/dataset.js';
import { readFormat } from '../json.ts';

/** What a model's examples look like, and how a raw row becomes one: train's manifest without its rows. */
export type ExampleForm = Pick<DatasetManifest, 'target' | 'columns' | 'raw'>;

/** Writes it into the model's folder, as a data set's manifest with no shards. */
export const writeExampleForm = (folder: string, { target, columns, raw }: ExampleForm): Promise<unknown> =>
  writeManifest(folder, { target, columns, official: false, raw }, [], formFile);

/**
 * Reads it from a model's folder.
 *
 * @throws StageError where it is not there, or damaged.
 */
export const readExampleForm = async (folder: string): Promise<ExampleForm> => {
  const path = join(folder, formFile);
  if (existsSync(path)) return readFormat({ path, name: path }, 'stemma-dataset-v1', isDataset);
  throw new StageError(
    `${folder} does not say what its examples are: it has no ${formFile}`,
    'it was trained by an earlier version, or is no model of train: run the pipeline again',
  );
};

const formFile = 'examples.json';
