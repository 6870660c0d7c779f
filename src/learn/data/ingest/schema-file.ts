import { basename } from 'node:path';
import type { DataSchema } from '../../../types/generated/data-schema.ts';
import { isDataSchema } from '../../generated/data-schema.js';
import { readFormat } from '../../json.ts';

/** @throws StageError where the file is no schema of a data set. */
export const readDataSchema = (path: string): Promise<DataSchema> =>
  readFormat({ path, name: basename(path) }, 'stemma-schema-v1', isDataSchema);
