import type { Fitted, FittedStep } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import { isFitted } from '../../generated/fitted.js';
import { readFormat } from '../../json.ts';
import { type DatasetManifest, writeJson } from '../dataset.ts';

/**
 * Reads what earlier stages have fitted.
 *
 * @throws StageError where the file is none of this format.
 */
export const readFitted = async (path: string): Promise<Fitted> =>
  readFormat({ path, name: path }, 'stemma-fitted-v2', isFitted);

/**
 * Writes what was fitted so far and the new step after it.
 *
 * @param before path of what the stage before has fitted; undefined for the first.
 * @param manifest train's, before the step.
 * @throws StageError where the stage before was fitted for another target.
 */
export const writeFitted = async (
  path: string,
  step: FittedStep,
  { before, manifest }: { readonly before: string | undefined; readonly manifest: DatasetManifest },
): Promise<Fitted> => {
  const start = before === undefined ? startOf(manifest) : await readFitted(before);
  if (JSON.stringify(start.target) !== JSON.stringify(manifest.target)) {
    throw new StageError(
      `dep fitted was fitted for the target ${JSON.stringify(start.target)}, train has ${JSON.stringify(manifest.target)}`,
      'take both from the same stage',
    );
  }
  const fitted = { ...start, steps: [...start.steps, step] };
  await writeJson(path, fitted);
  return fitted;
};

const startOf = ({ target, columns }: DatasetManifest): Omit<Fitted, 'steps'> & { steps: FittedStep[] } => ({
  format: 'stemma-fitted-v2',
  target,
  columns: columns.map((column) => ({
    ...{ name: column.name, kind: column.kind, dtype: column.dtype },
    ...(column.kind === 'category' || column.kind === 'labels' ? { categories: column.categories } : {}),
    ...(column.kind === 'tensor' ? { shape: column.shape } : {}),
  })),
  steps: [],
});
