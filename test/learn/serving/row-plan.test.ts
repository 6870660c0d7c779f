import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableInJson } from '../../../src/learn/serving/http/ask.ts';
import { keysIn, plansOf } from '../../../src/learn/serving/http/row-plan.ts';
import type { RawRowsRead } from '../../../src/learn/serving/raw-rows.ts';
import type { Servable } from '../../../src/learn/serving/servable.ts';
import type { RawRows } from '../../../src/types/generated/dataset.ts';

// Rows that a statement planned once reads are to the bit those that ingest's own tables would give, with the same faults;
// what it leaves, ingest's reader says.

const raw: RawRows = {
  columns: [
    { name: 'a', kind: 'number', rules: { min: 0 } },
    { name: 'b/~"\'', kind: 'number' },
    { name: 'day', kind: 'date' },
    { name: 'when', kind: 'date', time: true },
    { name: 'kind', kind: 'category', rules: { categories: ['red', 'blue', '1'] } },
    { name: 'text', kind: 'text' },
    { name: 'us', kind: 'text' },
    { name: 'words', kind: 'text', words: 'arrays' },
    { name: 'grid', kind: 'tensor', dtype: 'float32', shape: [2, 2] },
    { name: 'y', kind: 'category' },
  ],
  missing: ['', 'NA', '-999'],
  clean: [
    {
      ...{ map: { kind: { blue: 'red' } }, text: { text: { trim: true, case: 'lower' } }, types: {}, domain: {} },
      ...{ range: { 'b/~"\'': { min: -5, max: 9, else: 'clip' } }, missing: { default: 'keep', a: 'drop' } },
      dates: { us: ['%m/%d/%Y', '%Y'] },
      rows: [{ column: 'text', matches: 'forbidden', do: 'drop' }],
    },
  ],
};
const wanted = raw.columns.flatMap((column) => (column.kind === 'tensor' || column.name === 'y' ? [] : [{ ...column, optional: column.name === 'when' }])); // biome-ignore format: one line
const tensors = raw.columns.filter(({ kind }) => kind === 'tensor');
const servable = { input: { kind: 'values', wanted, tensors }, raw, card: { target: 'y' } } as unknown as Servable;

const read = (text: string): Promise<RawRowsRead | undefined> =>
  plansOf(servable).read(text, JSON.parse(text) as readonly object[]);
const plainly = (text: string): Promise<RawRowsRead | 'refused'> => tableInJson(text, servable).catch(() => 'refused');

const plain = { a: 1, 'b/~"\'': 2.5, day: '2012-01-31', when: '2012-01-31T08:30', kind: 'red', text: ' Hallo ', us: '1/31/2012', words: ['two', 'words'], grid: [[1, 2.5], [-0, 1e-7]] }; // biome-ignore format: one line

const numbers = ['0', '-0', '1', '1.0', '1e3', '1E-7', '0.1', '9007199254740993', '12345678901234567890123', '1e308', '-999', '2.5']; // biome-ignore format: one line
const strings = ['', 'NA', ' NA ', 'red', 'blue', '-999', '1', '007', '2012-02-30', '2012-01-31', '02/30/2012', ' 12/31/1999', '1999', '2012-01-31T08:30:00.25', 'a:b', '\\', '"', 'ü 😀', 'FORBIDDEN', 'forbidden', '\u0000', '\u2028']; // biome-ignore format: one line

/** A cell as JSON's text, so that a number is written in every way. */
const cell = fc.oneof(
  { arbitrary: fc.constantFrom(...numbers), weight: 4 },
  { arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), weight: 2 },
  { arbitrary: fc.constantFrom(...strings).map((each) => JSON.stringify(each)), weight: 5 },
  { arbitrary: fc.constantFrom('null', 'true', 'false'), weight: 2 },
  { arbitrary: fc.constantFrom('["two","words"]', '["with space"]', '[]', '[1]', '{"a":1}', '"\\ud800"', '1e999', '[1,0.1,16777217,-2]', '[[1,2],[3]]', '[[1,2],[3,1e39]]'), weight: 1 }, // biome-ignore format: one line
);
const names = ['a', 'b/~"\'', 'day', 'when', 'kind', 'text', 'us', 'words', 'grid', 'y'];
const row = fc
  .array(fc.tuple(fc.constantFrom(...names), cell), { maxLength: 4 })
  .chain((changes) => fc.record({ changes: fc.constant(changes), twice: fc.integer({ min: 0, max: 30 }).map((at) => at === 0) })) // biome-ignore format: one line
  .map(({ changes, twice }) => {
    const cells = new Map(Object.entries(plain).map(([name, value]) => [name, JSON.stringify(value)]));
    for (const [name, value] of changes) cells.set(name, value);
    const all = [...cells].map(([name, value]) => `${JSON.stringify(name)}: ${value}`);
    return `{${[...(twice ? ['"a": "twice"'] : []), ...all].join(', ')}}`;
  });

describe('rows by a statement that is planned once', () => {
  it('are those of ingest, faults and all', { timeout: 240_000 }, async () => {
    let both = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (rows) => {
        const text = `[${rows.join(', ')}]`;
        const found = await read(text);
        if (found === undefined) return;
        both += 1;
        expect(found).toEqual(await plainly(text));
      }),
      { numRuns: 40 },
    );
    expect(both).toBeGreaterThan(10);
  });

  it('are read by it where they are plainly what the model takes', async () => {
    const { when: _, ...without } = plain;
    for (const rows of [[plain], [plain, { ...plain, a: 'x', y: 'red' }], [without], [without, plain]]) {
      const text = JSON.stringify(rows);
      const found = await read(text);
      expect(found).toBeDefined();
      expect(found).toEqual(await plainly(text));
    }
    const many = JSON.stringify(Array.from({ length: 5000 }, (_, at) => ({ ...plain, a: at })));
    const found = await read(many);
    expect(found!.numbers.at(-1)).toBe(5000);
    expect(found).toEqual(await plainly(many));
  }, 60_000);

  it('are left to ingest where they are not', async () => {
    const { a: _, ...lacking } = plain;
    const others = [lacking, { ...plain, b: 1 }, { ...plain, a: [1] }, { ...plain, text: { x: 1 } }].map((each) => JSON.stringify([each])); // biome-ignore format: one line
    const twice = `[{"a": 7, ${JSON.stringify(plain).slice(1)}]`;
    for (const text of [...others, twice]) expect(await read(text)).toBeUndefined();
    // Which of two values is meant nobody knows, as in a file.
    expect(await plainly(twice)).toBe('refused');
  });

  it('are asked for at a time', async () => {
    const asked = Array.from({ length: 30 }, (_, at) => read(JSON.stringify([{ ...plain, a: at }])));
    const found = await Promise.all(asked);
    expect(found.map((each) => each!.columns.get('a')!.values[0])).toEqual(asked.map((_, at) => at));
  });
});

it('keys are counted as they are written', () => {
  expect([keysIn('[]'), keysIn('[{"a": 1, "b": "x:y"}, {"a\\":": "\\\\", "b": ":\\""}]')]).toEqual([0, 4]);
});
