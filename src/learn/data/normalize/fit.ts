import type { TensorColumn } from '../../../types/generated/dataset.ts';
import type { Fitted, FittedFeature } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import { own } from '../../own.ts';
import type { Column, Dataset } from '../dataset.ts';
import { distinctNames } from '../names.ts';
import { columnOf, type LabelData, type NumberData, type Rows, type TensorColumnData } from '../rows.ts';
import { counted, listed } from '../words.ts';
import type { Method, NormalizeParams } from './params.ts';
import { scalingOf } from './scaling.ts';
import { accumulate, accumulateBytes } from './statistics.ts';

/**
 * Fits the normalizer on train.
 *
 * @throws StageError where a feature is free text, or has missing values.
 */
export const fitNormalizer = async ({ manifest, shards }: Dataset, params: NormalizeParams): Promise<Fitted> => {
  if (manifest.rows === 0) throw new StageError('train has no rows: there is nothing to fit on');
  const features = manifest.columns.filter(({ name }) => name !== manifest.target);
  checkColumns(features, params);
  const fitters = features.map((column) => fitterOf(column, params));
  for await (const rows of shards()) for (const fitter of fitters) fitter.see(rows);
  return {
    format: 'stemma-fitted-v1',
    rows: manifest.rows,
    target: manifest.target,
    features: fitters.map((fitter) => fitter.fitted(manifest.rows)),
  };
};

const checkColumns = (features: readonly Column[], { columns }: NormalizeParams): void => {
  const names = features.filter(({ kind }) => kind === 'number' || kind === 'tensor').map(({ name }) => name);
  const unknown = Object.keys(columns).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new StageError(
      `params.columns names "${unknown}", which is no feature of numbers`,
      `there are ${listed(names)}`,
    );
  }
};

interface Fitter {
  see(rows: Rows): void;
  /** @throws StageError where one of the `rows` rows has no value. */
  fitted(rows: number): FittedFeature;
}

const fitterOf = (column: Column, params: NormalizeParams): Fitter => {
  const method = own(params.columns, column.name) ?? params.method;
  switch (column.kind) {
    case 'number':
      return numberFitter(column.name, method);
    case 'category':
      return categoryFitter(column.name, column.categories);
    case 'tensor':
      return tensorFitter(column, method);
    case 'date':
      throw new StageError(
        `feature "${column.name}" is a date, which is not normalized yet`,
        'leave it out in ingest.columns, or make it a category in ingest.types',
      );
    case 'text':
      throw new StageError(
        `feature "${column.name}" is free text, which is not normalized yet`,
        'leave it out in ingest.columns, or make it a category in ingest.types',
      );
  }
};

const numberFitter = (name: string, method: Method | 'none'): Fitter => {
  const values = accumulate();
  return {
    see: (rows) => values.add((columnOf(name)(rows) as NumberData).values),
    fitted: (rows) => {
      const statistics = values.statistics();
      refuseMissing('train', name, rows - statistics.count);
      const constant = statistics.min === statistics.max;
      return { name, kind: 'number', method, ...statistics, constant, ...scalingOf(method, statistics) };
    },
  };
};

const categoryFitter = (name: string, categories: readonly string[]): Fitter => {
  const counts = new Map(categories.map((label) => [label, 0]));
  return {
    see: (rows) => {
      for (const label of (columnOf(name)(rows) as LabelData).values) {
        if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
      }
    },
    fitted: (rows) => {
      const known = [...counts].filter(([, count]) => count > 0);
      refuseMissing('train', name, rows - known.reduce((sum, [, count]) => sum + count, 0));
      const columns = distinctNames(known.map(([label]) => `${name}=${label}`));
      return {
        name,
        kind: 'category',
        method: 'one-hot',
        categories: known.map(([label, count], index) => ({ label, rows: count, column: columns[index] as string })),
      };
    },
  };
};

const tensorFitter = ({ name, dtype, encoding }: TensorColumn, method: Method | 'none'): Fitter => {
  const values = dtype === 'uint8' ? accumulateBytes() : accumulate();
  return {
    see: (rows) => values.add((columnOf(name)(rows) as TensorColumnData).values),
    fitted: () => {
      const statistics = values.statistics();
      const { center, divisor } = scalingOf(method, statistics);
      const kept = method === 'none' ? encoding : undefined;
      const scale = kept?.scale ?? Math.fround(1 / divisor);
      const offset = kept?.offset ?? (center === 0 ? 0 : Math.fround(-center / divisor));
      return {
        name,
        kind: 'tensor',
        method,
        ...statistics,
        constant: statistics.min === statistics.max,
        scale,
        offset,
      };
    },
  };
};

/** @throws StageError where rows have no value: what to put there is not for a scaler to decide. */
export const refuseMissing = (split: string, column: string, rows: number): void => {
  if (rows === 0) return;
  throw new StageError(
    `${split}, column "${column}": ${counted(rows, 'row')} without a value`,
    `say in clean what becomes of them, as "missing": { "${column}": "drop" }`,
  );
};
