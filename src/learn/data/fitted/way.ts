import type { Column } from '../../../types/generated/dataset.ts';
import type { Fitted } from '../../../types/generated/fitted.ts';
import { isTarget } from '../targets.ts';
import type { Output, Transform } from './output.ts';
import { transformOf } from './transform.ts';

/** What becomes of raw rows on their way to a model, without what nothing comes of. */
export interface FittedWay {
  /** The columns of `fitted.columns` that something comes of, in their order: rows may lack all others. */
  readonly needed: readonly Column[];
  /** The steps, each with those outputs and checks alone that such a column has a part in. */
  readonly transforms: readonly Transform[];
  /** The columns at its end. */
  readonly columns: readonly Column[];
}

export interface WayOptions {
  /** Whether the target is a column as any other, since what is foretold is that of later rows. */
  readonly past?: boolean;
}

/**
 * The way of raw rows through all fitted steps. A column that a later step drops is filled, bounded and checked by those
 * before it for nothing: unless they make others of it, as a flag, or fill others by it.
 *
 * @throws StageError where the steps do not follow each other.
 */
export const wayOf = (fitted: Fitted, { past = false }: WayOptions = {}): FittedWay => {
  const start = (fitted.columns as readonly Column[]).filter(({ name }) => past || !isTarget(fitted.target, name));
  const whole: Transform[] = [];
  let columns = start;
  for (const step of fitted.steps) {
    const transform = transformOf(step, columns, { split: 'what is served', target: fitted.target });
    whole.push(transform);
    columns = transform.outputs.map(({ column }) => column);
  }
  // From the end: of a step that is wanted which comes of what it reads.
  let wanted: ReadonlySet<string> = new Set(columns.map(({ name }) => name));
  const transforms: Transform[] = [];
  for (const transform of whole.reverse()) {
    const outputs = transform.outputs.filter(({ column }) => wanted.has(column.name));
    wanted = new Set(outputs.flatMap(readsOf));
    transforms.unshift({ outputs, checks: checksOf(transform, wanted) });
  }
  return { needed: start.filter(({ name }) => wanted.has(name)), transforms, columns };
};

/** The columns before a step of which an output is made. */
export const readsOf = (output: Output): readonly string[] => {
  switch (output.way) {
    case 'kept':
      return [output.column.name];
    case 'sql':
      return output.reads;
    case 'code':
      return output.reads.map(({ name }) => name);
    case 'tensor':
      return [output.reads];
  }
};

const checksOf = ({ checks: { whole, known, fits } }: Transform, read: ReadonlySet<string>): Transform['checks'] => ({
  whole: whole.filter((name) => read.has(name)),
  known: new Map([...known].filter(([name]) => read.has(name))),
  fits: fits.filter(({ column }) => read.has(column.name)),
});
