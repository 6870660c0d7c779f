import { describe, expect, it } from 'vitest';
import type { Place } from '../../src/types/diagnostic.ts';
import { load } from './temporary-project.ts';

const placesOf = async (text: string): Promise<readonly Place[]> => {
  const result = await load(text);
  return result.ok ? [] : result.diagnostics.map(({ place }) => place!);
};

const marked = ({ text, column, length }: Place): string => text.slice(column - 1, column - 1 + length);

describe('a place', () => {
  it('counts lines as editors do, whatever ends them', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const [place] = await placesOf(['{', '  "sed": 1,', '  "stages": { "a": { "run": ["x"] } }', '}'].join(end));
      expect(place).toEqual({ file: 'pipelines/p.json', line: 2, column: 3, text: '  "sed": 1,', length: 5 });
    }
  });

  it('does not count a byte order mark', async () => {
    const [place] = await placesOf('\uFEFF{ "sed": 1, "stages": { "a": { "run": ["x"] } } }');
    expect(place).toMatchObject({ line: 1, column: 3 });
  });

  it('counts columns in UTF-16 code units', async () => {
    const [place] = await placesOf('{ "summary": "😀é", "sed": 1, "stages": { "a": { "run": ["x"] } } }');
    expect(place).toMatchObject({ column: 21 });
    expect(marked(place!)).toBe('"sed"');
  });

  it('in a string is the part that is wrong, or the whole if it has escapes', async () => {
    const [plain] = await placesOf('{ "stages": { "a": { "run": ["x {deps.y} z"] } } }');
    expect(marked(plain!)).toBe('{deps.y}');
    const [escaped] = await placesOf('{ "stages": { "a": { "run": ["\\u0020 {deps.y} z"] } } }');
    expect(marked(escaped!)).toBe('"\\u0020 {deps.y} z"');
  });

  it('of a block is its key, and of the whole file its first bracket', async () => {
    const [block] = await placesOf('{ "stages": { "a": { "run": ["x"], "env": [\n1\n] } } }');
    expect(marked(block!)).toBe('"env"');
    expect(await placesOf('{\n}')).toMatchObject([{ line: 1, column: 1, length: 1 }]);
    expect(await placesOf('[1]')).toMatchObject([{ line: 1, column: 1, length: 3 }]);
    expect(await placesOf('')).toMatchObject([{ line: 1, column: 1, length: 1, text: '' }]);
  });

  it('of a key that stands on the command line is there', async () => {
    const json = { stages: { a: { run: ['x'] } } };
    const result = await load(json, {}, { set: ['stages.a.deps.x=b.y', 'stages.a.timeout="long"'] });
    const places = result.ok ? [] : result.diagnostics.map(({ place }) => place!);
    expect(places.map(marked)).toEqual(['b', '"long"'].map((text) => expect.stringContaining(text)));
  });
});

it('mistakes are told in the order of the file, each once', async () => {
  const result = await load('{ "z": 1, "stages": { "a": { "run": ["{deps.x}", "{deps.x}"], "y": 1 } }, "x": 1 }');
  const columns = result.ok ? [] : result.diagnostics.map(({ place }) => place!.column);
  expect(columns).toHaveLength(5);
  expect(columns).toEqual([...columns].sort((a, b) => a - b));
});
