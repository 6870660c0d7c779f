import type { GateCondition } from '../../types/generated/gate.ts';
import { counted, listed } from '../data/words.ts';
import { StageError } from '../error.ts';
import { checkInterval, concluded, eachLimit, notJudged, unknownMetric } from './conclude.ts';
import type { Figure } from './figures.ts';
import { type Limit, limitsIn, valueLimits } from './limits.ts';
import type { GateParams } from './params.ts';

/** Some of the examples, and what was reached on them; null where a metric has nothing to divide by. */
export interface Slice {
  readonly name: string;
  readonly rows: number;
  readonly metrics: Readonly<Record<string, Figure | null>>;
}

/** What was reached for one class against all others; null where a metric has nothing to divide by. */
export interface ClassFigures {
  readonly class: string;
  readonly metrics: Readonly<Record<string, Figure | null>>;
}

/** What there is of slices and of classes. */
interface Parts {
  readonly slices: readonly Slice[] | undefined;
  readonly classes: readonly ClassFigures[] | undefined;
}

/** Limits on every slice. @throws StageError where the evaluation has none. */
export const sliceConditions = ({ slices: asked }: GateParams, { slices }: Parts): readonly GateCondition[] => {
  if (asked === undefined) return [];
  if (slices === undefined || slices.length === 0)
    throw new StageError(
      'params.slices asks for bounds on slices, and the evaluation has none',
      "say in evaluate's params which slices there are",
    );
  return Object.entries(asked).flatMap(([metric, { min_rows = 1, ...limits }]) =>
    limitsIn(limits, valueLimits).flatMap((limit) =>
      slices.map((slice) => onSlice(slice, { metric, limit, least: min_rows })),
    ),
  );
};

interface SliceLimit {
  readonly metric: string;
  readonly limit: Limit;
  readonly least: number;
}

const onSlice = ({ name, rows, metrics }: Slice, { metric, limit, least }: SliceLimit): GateCondition => {
  const open = { kind: 'slice', metric, slice: name, ...limit } as const;
  if (!Object.hasOwn(metrics, metric)) throw unknownMetric(metric, Object.keys(metrics), `slice ${name}`);
  const found = metrics[metric];
  if (found === null || found === undefined) return notJudged(open, 'there is nothing to divide by');
  if (rows < least) return notJudged({ ...open, found }, `it has ${counted(rows, 'example')}, fewer than ${least}`);
  checkInterval(metric, limit, found);
  return concluded({ ...open, found }, limit);
};

/** Limits on single classes. @throws StageError where there is no such class. */
export const classConditions = ({ classes: asked }: GateParams, { classes }: Parts): readonly GateCondition[] => {
  if (asked === undefined) return [];
  if (classes === undefined)
    throw new StageError(
      'params.classes asks for bounds on classes, and the evaluation is of numbers',
      'ask in params.require for metrics of the numbers, or in params.slices for parts of them',
    );
  return Object.entries(asked).flatMap(([name, metrics]) => {
    const found = classes.find((each) => each.class === name);
    if (found === undefined)
      throw new StageError(
        `params.classes asks for class "${name}", and the evaluation has none of that name`,
        `it has ${listed(classes.map((each) => each.class))}`,
      );
    return eachLimit(metrics, valueLimits).map(([metric, limit]) => ofClass(found, metric, limit));
  });
};

const ofClass = ({ class: name, metrics }: ClassFigures, metric: string, limit: Limit): GateCondition => {
  const open = { kind: 'class', metric, class: name, ...limit } as const;
  if (!Object.hasOwn(metrics, metric)) throw unknownMetric(metric, Object.keys(metrics), `class "${name}"`);
  const found = metrics[metric];
  if (found === null || found === undefined) return notJudged(open, 'there is nothing to divide by');
  checkInterval(metric, limit, found);
  return concluded({ ...open, found }, limit);
};
