import fc from 'fast-check';

/** A way to damage bytes. */
export type Damage = (bytes: Buffer) => Buffer;

/** What goes wrong with a file by itself, and what somebody may do to it who knows that it is JSON. */
export const damages = (): fc.Arbitrary<Damage> => {
  const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const place = (bytes: Buffer, where: number) => Math.floor(where * (bytes.length + 1));
  const truncated = at.map(
    (where): Damage =>
      (bytes) =>
        bytes.subarray(0, place(bytes, where)),
  );
  const flipped = fc.tuple(at, fc.nat(7)).map(
    ([where, bit]): Damage =>
      (bytes) =>
        flip(bytes, where, bit),
  );
  const inserted = fc.tuple(at, fc.oneof(fc.constantFrom(...strangeBytes), fc.uint8Array({ maxLength: 4 }))).map(
    ([where, put]): Damage =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, place(bytes, where)), put, bytes.subarray(place(bytes, where))]),
  );
  const replaced = fc.oneof(fc.constantFrom(...strangeFiles), fc.uint8Array({ maxLength: 40 })).map(
    (put): Damage =>
      () =>
        Buffer.from(put),
  );
  const reshaped = fc.tuple(fc.nat(), strange, fc.constantFrom(...changes)).map(
    ([which, value, change]): Damage =>
      (bytes) =>
        reshape(bytes, which, (holder, key) => change(holder, key, value)),
  );
  return fc.oneof(truncated, flipped, inserted, { arbitrary: replaced, weight: 1 }, { arbitrary: reshaped, weight: 5 });
};

const flip = (bytes: Buffer, where: number, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  const at = Math.floor(where * bytes.length);
  if (bytes.length > 0) copy[at] = copy[at]! ^ (1 << bit);
  return copy;
};

const strangeBytes = ['\0', '\uFEFF', '\\ud800', '1e999', '-', 'null', '"', '{', '[', '\n', '"a":1,'].map((text) =>
  Buffer.from(text),
);
const deep = 100_000;
const strangeFiles = [
  '',
  'null',
  '0',
  '"x"',
  '[]',
  '[null]',
  '{}',
  '\n\n',
  '\0'.repeat(64),
  '['.repeat(deep),
  '{"a":'.repeat(deep),
  `${'['.repeat(deep)}${']'.repeat(deep)}`,
  '{"format":1,"format":2}',
].map((text) => Buffer.from(text));

const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    [],
    {},
    [null],
    0,
    -1,
    0.5,
    1e300,
    2 ** 53,
    '../../canary/x',
    '/canary',
    'a\nb',
    '__proto__',
    `sha256:${'0'.repeat(64)}`,
    `sha256:${'../'.repeat(21)}x`,
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

type Holder = Record<string, unknown>;
type Change = (holder: Holder, key: string, value: unknown) => void;

const define = (holder: Holder, key: string, value: unknown): void =>
  void Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });

const changes: readonly Change[] = [
  (holder, key, value) => define(holder, key, value),
  (holder, key) => (Array.isArray(holder) ? void holder.pop() : void delete holder[key]),
  (holder, key) => {
    const other = Object.keys(holder).find((name) => name !== key);
    if (other !== undefined) [holder[key], holder[other]] = [holder[other], holder[key]];
  },
  (holder, _, value) => define(holder, '__proto__', value),
];

/** Changes one place of the JSON that a file holds: alone, a line of it, or before bytes that are none. */
const reshape = (bytes: Buffer, which: number, change: (holder: Holder, key: string) => void): Buffer => {
  const spans = jsonIn(bytes.toString('latin1'));
  const span = spans[which % Math.max(1, spans.length)];
  if (span === undefined) return bytes.subarray(1);
  const root: Holder = { value: JSON.parse(bytes.toString('utf8', ...span)) };
  const places = placesIn(root);
  const [holder, key] = places[which % places.length]!;
  change(holder, key);
  const text = Buffer.from(stringify(root['value'] ?? null));
  return Buffer.concat([bytes.subarray(0, span[0]), text, bytes.subarray(span[1])]);
};

/** What is nested too deeply to be written stays as it is. */
const stringify = (value: unknown): string => {
  try {
    return JSON.stringify(value);
  } catch {
    return '[['.repeat(deep);
  }
};

const jsonIn = (text: string): (readonly [number, number])[] => {
  const whole = [0, text.length] as const;
  if (parses(text)) return [whole];
  const found: (readonly [number, number])[] = [];
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from) + 1 || text.length;
    const start = text.indexOf('{', from);
    const last = text.lastIndexOf('}', end) + 1;
    if (start >= from && start < last && parses(text.slice(start, last))) found.push([start, last]);
    from = end;
  }
  return found;
};

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Every place of a value, as the object that holds it and its key there. */
const placesIn = (holder: Holder, depth = 0): [Holder, string][] =>
  Object.entries(holder).flatMap(([key, value]): [Holder, string][] => [
    [holder, key],
    ...(typeof value === 'object' && value !== null && depth < 50 ? placesIn(value as Holder, depth + 1) : []),
  ]);
