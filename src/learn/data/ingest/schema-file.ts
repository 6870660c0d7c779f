import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ColumnSummary, DataSchema } from '../../../types/generated/data-schema.ts';
import { StageError } from '../../error.ts';
import { isDataSchema } from '../../generated/data-schema.js';
import { parse, readFormat } from '../../json.ts';
import { listed } from '../words.ts';

/** @throws StageError where the file is no schema of a data set; all kinds that are none are told at once. */
export const readDataSchema = async (path: string): Promise<DataSchema> => {
  const name = basename(path);
  refuseKinds(parse(await readFile(path, 'utf8'), name), name);
  return readFormat({ path, name }, 'stemma-schema-v1', isDataSchema);
};

const kinds: readonly ColumnSummary['kind'][] = ['number', 'category', 'date', 'text', 'tensor'];

/** People edit the file: a kind that is none is told as such, before a shape that follows from it. */
const refuseKinds = (schema: unknown, name: string): void => {
  const { columns } = Object(schema) as { columns?: unknown };
  const problems = (Array.isArray(columns) ? columns : []).flatMap((column: unknown, index) => {
    const { name: own, kind } = Object(column) as { name?: unknown; kind?: unknown };
    const which = typeof own === 'string' ? `column "${own}"` : `column ${index + 1}`;
    if (kinds.some((known) => known === kind)) return [];
    return [`${name}: ${which} ${kind === undefined ? 'has no kind' : `has the kind ${JSON.stringify(kind)}`}`];
  });
  if (problems.length > 0) throw new StageError(problems.join('\n'), `kinds are ${listed(kinds)}`);
};
