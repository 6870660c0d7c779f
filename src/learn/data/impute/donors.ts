import type { FittedDonors, FittedMeasure } from '../../../types/generated/fitted.ts';
import type { Dataset } from '../dataset.ts';
import { sampleRows } from '../fitted/sample.ts';

/** Rows of train to be near by: all of them, or as many as are asked for, at even steps over train's order. */
export const donorsOf = async (
  dataset: Dataset,
  columns: readonly FittedMeasure[],
  { k, donors }: { readonly k: number; readonly donors: number },
): Promise<FittedDonors> => {
  const names = columns.map(({ name }) => name);
  const rows = await sampleRows(dataset, names, donors);
  return { k, columns: [...columns], values: rows.map((row) => row.map(presentOf)) };
};

const presentOf = (value: number): number | null => (Number.isNaN(value) ? null : value);
