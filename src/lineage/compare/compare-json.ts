import { isRecord } from '../../load/is-record.ts';
import { type Bytes, textOf } from './bytes.ts';
import type { Distance, Pair, ValueDifference } from './difference.ts';
import { distanceOfDoubles } from './numbers.ts';

/**
 * The first value that differs, in the recorded order. `same`: the values are the same, and only written otherwise;
 * `no JSON`: one of the two is none.
 */
export const compareJson = (pair: Pair<Bytes>): ValueDifference | 'same' | 'no JSON' => {
  const [recorded, replayed] = [parse(pair.recorded), parse(pair.replayed)];
  if (recorded === undefined || replayed === undefined) return 'no JSON';
  const found: Found = { differing: 0 };
  try {
    walk('', { recorded: recorded.value, replayed: replayed.value }, found);
  } catch (error) {
    // Nested more deeply than the stack is: compared as texts.
    if (error instanceof RangeError) return 'no JSON';
    throw error;
  }
  return found.first === undefined ? 'same' : { ...found.first, differing: found.differing };
};

/** Larger ones are compared as texts. */
const mostBytes = 64 << 20;

const parse = (bytes: Bytes): { readonly value: unknown } | undefined => {
  if (bytes.size > mostBytes) return undefined;
  try {
    return { value: JSON.parse(textOf(bytes)) as unknown };
  } catch {
    return undefined;
  }
};

interface Found {
  first?: Omit<ValueDifference, 'differing'>;
  differing: number;
}

const walk = (path: string, { recorded, replayed }: Pair<unknown>, found: Found): void => {
  if (Array.isArray(recorded) && Array.isArray(replayed)) {
    for (let i = 0; i < Math.max(recorded.length, replayed.length); i++)
      walk(`${path}[${i}]`, { recorded: recorded[i], replayed: replayed[i] }, found);
  } else if (isRecord(recorded) && isRecord(replayed)) {
    for (const key of new Set([...Object.keys(recorded), ...Object.keys(replayed)]))
      walk(stepTo(path, key), { recorded: own(recorded, key), replayed: own(replayed, key) }, found);
  } else if (!Object.is(recorded, replayed)) {
    found.differing += 1;
    found.first ??= difference(path, { recorded, replayed });
  }
};

/** A file may name a key `constructor`, which every object has. */
const own = (value: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(value, key) ? value[key] : undefined;

const stepTo = (path: string, key: string): string => {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
};

const difference = (path: string, { recorded, replayed }: Pair<unknown>): Omit<ValueDifference, 'differing'> => ({
  kind: 'value',
  path,
  ...(recorded !== undefined && { recorded: JSON.stringify(recorded) }),
  ...(replayed !== undefined && { replayed: JSON.stringify(replayed) }),
  ...(typeof recorded === 'number' && typeof replayed === 'number' && distanceOf(recorded, replayed)),
});

/** Steps of the type between two counts would say nothing. */
const distanceOf = (a: number, b: number): Distance =>
  Number.isInteger(a) && Number.isInteger(b) ? { absolute: Math.abs(a - b) } : distanceOfDoubles(a, b);
