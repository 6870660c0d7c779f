import type { Column as DatasetColumn } from '../../../types/generated/dataset.ts';
import type { FittedBounds, FittedFilling, FittedImpute, FittedOutliers } from '../../../types/generated/fitted.ts';
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { type Column, type Columns, numberIn, storedAs } from './columns.ts';

/** The columns that impute gives, as data/impute/transform.ts has them. */
export const imputed = (
  build: Builder,
  step: FittedImpute,
  { before, after }: { readonly before: Columns; readonly after: readonly DatasetColumn[] },
): Columns => {
  const by = new Map(step.features.map((feature) => [feature.name, feature]));
  const indicators = new Map(step.features.flatMap((each) => (each.indicator === undefined ? [] : [[each.indicator, each] as const]))); // biome-ignore format: one call
  return new Map(
    after.map((column): [string, Column] => {
      const { name } = column;
      const indicated = before.has(name) ? undefined : indicators.get(name);
      if (indicated !== undefined)
        return [name, { kind: 'number', value: missing(build, before.get(indicated.name)!) }];
      const feature = by.get(name);
      return [name, feature === undefined ? before.get(name)! : filled(build, before.get(name)!, { feature, column })];
    }),
  );
};

const filled = (
  build: Builder,
  before: Column,
  { feature, column }: { readonly feature: FittedFilling; readonly column: DatasetColumn },
): Column => {
  if (feature.kind !== 'fill') throw new Error(`"${feature.name}" is filled by nearest rows`);
  if (before.kind === 'label') return { ...before, fill: before.fill ?? String(feature.value) };
  const { value } = before;
  const fill = storedAs(build, build.number(Number(feature.value), value), column);
  return { kind: 'number', value: build.select(build.unary('isNaN', value), fill, value) };
};

/** 1 where there is no value, else 0. */
const missing = (build: Builder, { kind, value }: Column): Value =>
  build.cast(kind === 'label' ? build.oneOf(value, ['']) : build.unary('isNaN', value), 'float64');

/** The columns that outliers gives, as data/outliers/transform.ts has them. */
export const bounded = (
  build: Builder,
  { features, action }: FittedOutliers,
  { before, after }: { readonly before: Columns; readonly after: readonly DatasetColumn[] },
): Columns =>
  new Map(
    after.map((column): [string, Column] => {
      const { name } = column;
      const flagged = before.has(name) ? undefined : features.find(({ flag }) => flag === name);
      if (flagged !== undefined) {
        const outside = isOutside(build, numberIn(before, flagged.name), flagged);
        return [name, { kind: 'number', value: build.cast(outside, 'float64') }];
      }
      const bounds = features.find((each) => each.name === name);
      if (bounds === undefined || (action !== 'winsorize' && action !== 'null')) return [name, before.get(name)!];
      const x = numberIn(before, name);
      return [name, { kind: 'number', value: action === 'null' ? emptied(build, x, bounds) : winsorized(build, x, { bounds, column }) }]; // biome-ignore format: one tuple
    }),
  );

const isOutside = (build: Builder, x: Value, { low, high }: FittedBounds): Value =>
  build.binary('or', build.binary('less', x, build.number(low, x)), build.binary('greater', x, build.number(high, x)));

const emptied = (build: Builder, x: Value, bounds: FittedBounds): Value =>
  build.select(isOutside(build, x, bounds), build.number(Number.NaN, x), x);

const winsorized = (
  build: Builder,
  x: Value,
  { bounds, column }: { readonly bounds: FittedBounds; readonly column: DatasetColumn },
): Value => {
  const [low, high] = [build.number(bounds.low, x), build.number(bounds.high, x)];
  const [least, most] = [storedAs(build, low, column), storedAs(build, high, column)];
  const above = build.select(build.binary('greater', x, high), most, x);
  return build.select(build.binary('less', x, low), least, above);
};
