import { createHash } from 'node:crypto';
import { SourceMap } from 'node:module';
import { compileFunction } from 'node:vm';
import type { OwnTransform } from '../../../types/generated/dataset.ts';
import { StageError } from '../../error.ts';
import type { Stream } from '../../random.ts';

/**
 * What a user's file exports as `transform`: a pure function of its arguments, which changes `values` in place, or
 * returns as many new ones.
 *
 *     import type { Transform } from 'stemma/learn/data/augment/own';
 *     export const transform: Transform<{ drops: number }> = (values, shape, random, { drops }) => { … };
 *
 * @param values of one row, normalized.
 * @param shape [height, width, channels] for an image, [steps, channels] for a series, [k] for k columns.
 * @param random the only source of chance: the row's own stream.
 * @param params as the pipeline gives them.
 */
export type Transform<Params = Readonly<Record<string, unknown>>> = (
  values: Float32Array,
  shape: readonly number[],
  random: Stream,
  params: Params,
  // biome-ignore lint/suspicious/noConfusingVoidType: who changes in place returns nothing.
) => ArrayLike<number> | void;

export type OwnRow = (values: Float32Array, shape: readonly number[], random: Stream) => void;

/**
 * The function of a transform that travels in a data set.
 *
 * Its code is given no clock, no chance but its stream, no files and no network: their names are not defined in it. That
 * keeps mistakes out, not ill will: a data set with a transform in it is a program.
 *
 * @throws StageError where the code is not what was bundled, or exports no function. The function throws one where the
 * user's does, or gives something else than numbers.
 */
export const loadOwn = (own: OwnTransform): OwnRow => {
  const known = loaded.get(own);
  if (known !== undefined) return known;
  const row = load(own);
  loaded.set(own, row);
  return row;
};

/** Each batch asks anew. */
const loaded = new WeakMap<OwnTransform, OwnRow>();

const load = (own: OwnTransform): OwnRow => {
  if (digestOf(own.code) !== own.digest) {
    throw new StageError(`the code of transform ${own.file} is not what its digest says: the data set is damaged`);
  }
  const transform = exportOf(own);
  return (values, shape, random) => {
    let made: ReturnType<Transform>;
    try {
      made = transform(values, shape, random, own.params);
    } catch (error) {
      throw new StageError(`${placeOf(error, own)}: ${String(error)}`, 'mend the transform, or leave it out');
    }
    if (made !== undefined && made !== null) {
      if (made.length !== values.length) {
        throw new StageError(`${own.file}: transform returned ${made.length} values of ${values.length}`);
      }
      values.set(made);
    }
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw new StageError(`${own.file}: transform made ${values[at]} of value ${at + 1} of a row`);
  };
};

export const digestOf = (code: string): string => `sha256:${createHash('sha256').update(code).digest('hex')}`;

const exportOf = (own: OwnTransform): Transform => {
  const module: { exports: Record<string, unknown> } = { exports: {} };
  try {
    const names = ['module', 'Math', ...undefinedNames];
    compileFunction(own.code, names, { filename: addressOf(own) })(module, pureMath);
  } catch (error) {
    throw new StageError(`${placeOf(error, own)}: ${String(error)}`, 'mend the transform, or leave it out');
  }
  const { transform } = module.exports;
  if (typeof transform === 'function') return transform as Transform;
  throw new StageError(
    `${own.file} exports no function "transform"`,
    'write: export const transform = (values, shape, random, params) => { … };',
  );
};

/** What would make a function depend on more than its arguments. */
const undefinedNames = [
  ...['exports', 'require', 'process', 'globalThis', 'global', 'Date', 'performance', 'crypto', 'fetch'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'navigator', 'Buffer', 'WebSocket'],
];

const pureMath = Object.freeze(
  Object.assign(
    Object.create(null),
    Object.fromEntries(Object.getOwnPropertyNames(Math).map((name) => [name, Math[name as keyof Math]])),
    {
      random: () => {
        throw new Error('Math.random is different each time: draw from the argument `random`');
      },
    },
  ),
);

const addressOf = ({ file }: OwnTransform): string => `transform:${file}`;

/** File, line and column of the user's own source; the file alone where the error does not say. */
const placeOf = (error: unknown, own: OwnTransform): string => {
  const stack = String((error as Error | undefined)?.stack ?? '');
  const start = stack.indexOf(`${addressOf(own)}:`);
  const [, line, column = '1'] =
    start < 0 ? [] : (/^(\d+)(?::(\d+))?/.exec(stack.slice(start + addressOf(own).length + 1)) ?? []);
  if (line === undefined) return own.file;
  const map = new SourceMap({ version: 3, file: '', names: [], sourceRoot: '', sourcesContent: [], ...own.map });
  const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
  if (!('originalSource' in entry)) return own.file;
  return `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
};
