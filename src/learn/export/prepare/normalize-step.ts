import type { FittedCategory, FittedFeature, FittedNormalize, FittedNumber, FittedTensor } from '../../../types/generated/fitted.ts'; // biome-ignore format: one line
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { type Columns, columnOf, numberIn } from './columns.ts';

/**
 * What normalize makes of columns, float32, feature by feature in the order of the columns after it: [batch, width] each,
 * or [batch, …shape] of a tensor. As data/normalize has it, in float64 and rounded once.
 */
export const normalized = (build: Builder, step: FittedNormalize, columns: Columns): readonly Value[] => {
  const group = step.features.flatMap((each) => (each.kind === 'number' && each.method === 'l2' ? [each.name] : []));
  return step.features.flatMap((feature) => {
    const own = build.within(feature.name);
    const made = featureOf(own, feature, { columns, group });
    return made === undefined ? [] : [made];
  });
};

const featureOf = (
  build: Builder,
  feature: FittedFeature,
  { columns, group }: { readonly columns: Columns; readonly group: readonly string[] },
): Value | undefined => {
  switch (feature.kind) {
    case 'number':
      return build.cast(numberOf(build, feature, { columns, group }), 'float32');
    case 'category':
      return categoryOf(build, feature, columns);
    case 'tensor':
      return tensorOf(build, feature, columnOf(columns, feature.name, 'tensor'));
    case 'dropped':
      return undefined;
    default:
      throw new Error(`no graph makes "${feature.name}" as ${feature.kind}`);
  }
};

const numberOf = (
  build: Builder,
  { name, method, center, divisor }: FittedNumber,
  { columns, group }: { readonly columns: Columns; readonly group: readonly string[] },
): Value => {
  const x = numberIn(columns, name);
  if (method === 'log1p') return build.unary('log', build.binary('add', x, build.number(1, x)));
  if (method === 'l2') return ofLengthOne(build, x, group.map((other) => numberIn(columns, other))); // biome-ignore format: one call
  return build.binary('div', build.binary('sub', x, build.number(center, x)), build.number(divisor, x));
};

/** x / √(a² + b² + …); a row of zeros stays one. */
const ofLengthOne = (build: Builder, x: Value, group: readonly Value[]): Value => {
  const squares = group.map((each) => build.binary('mul', each, each));
  const length = build.unary('sqrt', squares.reduce((sum, each) => build.binary('add', sum, each))); // biome-ignore format: one call
  return build.binary('div', x, whereZero(build, length, 1));
};

const whereZero = (build: Builder, x: Value, other: number): Value =>
  build.select(build.binary('equal', x, build.number(0, x)), build.number(other, x), x);

/** Flags of the labels, or the label's place among them; a missing one counts as what fills it. */
const categoryOf = (build: Builder, { name, method, categories, rare }: FittedCategory, columns: Columns): Value => {
  const column = columns.get(name);
  if (column?.kind !== 'label') throw new Error(`"${name}" has no labels in the graph`);
  const labels = categories.map(({ label }) => label);
  const filling = column.fill === undefined || labels.includes('') ? [] : [labels.indexOf(column.fill)];
  const known = build.oneOf(column.value, [...labels, ...filling.map(() => '')]);
  if (method === 'ordinal') {
    const unknown = rare === undefined ? -1 : labels.length;
    const places = [...labels.keys(), ...filling.map((at) => (at < 0 ? unknown : at))];
    const steps = build.constant(Float32Array.from(places, (place) => place - unknown), [places.length, 1]); // biome-ignore format: one call
    return build.binary('add', build.matMul(known, steps), build.constant(Float32Array.of(unknown), [1]));
  }
  const flags = filling.length === 0 ? known : build.matMul(known, moving(build, labels.length, filling[0]!));
  if (rare === undefined) return flags;
  const sum = build.reduce('sum', flags, { axes: [1], keep: true });
  return build.concat([flags, build.binary('sub', build.number(1, sum), sum)], 1);
};

/** Leaves the flags of labels where they are, and gives the last one, of what is missing, to a label; −1: to none. */
const moving = (build: Builder, count: number, to: number): Value => {
  const values = Float32Array.from({ length: (count + 1) * count }, (_, at) => {
    const [row, column] = [Math.floor(at / count), at % count];
    return Number(row === count ? column === to : column === row);
  });
  return build.constant(values, [count + 1, count]);
};

/** As data/examples.ts decodes: stored × scale + offset, each step rounded to float32; then what is by row. */
const tensorOf = (build: Builder, { method, scale, offset }: FittedTensor, stored: Value): Value => {
  const x = build.cast(stored, 'float32');
  const y = build.binary('add', build.binary('mul', x, build.number(scale, x)), build.number(offset, x));
  if (method !== 'per-image' && method !== 'l2') return y;
  const wide = build.cast(y, 'float64');
  const axes = wide.shape.map((_, axis) => axis).slice(1);
  const root = (fn: 'mean' | 'sum', value: Value): Value =>
    build.unary('sqrt', build.reduce(fn, build.binary('mul', value, value), { axes, keep: true }));
  if (method === 'l2') return build.cast(build.binary('div', wide, whereZero(build, root('sum', wide), 1)), 'float32');
  const elements = wide.shape.slice(1).reduce<number>((all, size) => all * size!, 1);
  const centred = build.binary('sub', wide, build.reduce('mean', wide, { axes, keep: true }));
  const least = build.number(1 / Math.sqrt(elements), wide);
  return build.cast(build.binary('div', centred, build.binary('maximum', root('mean', centred), least)), 'float32');
};
