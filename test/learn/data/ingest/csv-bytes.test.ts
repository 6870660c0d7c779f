import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CsvBytes, lookAtBytes } from '../../../../src/learn/data/ingest/csv-bytes.ts';

const lookAt = async (text: string, skipsFirst = false): Promise<CsvBytes> => {
  const path = join(await mkdtemp(join(tmpdir(), 'stemma-csv-')), 't.csv');
  await writeFile(path, text);
  return lookAtBytes(path, skipsFirst);
};

describe('white space at the end of a field', () => {
  test.each([
    ['before', 'a, b\n'],
    ['after', 'a ,b\n'],
    ['before a line ends', 'a,b \n'],
    ['where the file ends', 'a,b '],
    ['where the file begins', ' a,b\n'],
    ['within quotes', 'a," b"\n'],
    ['alone', 'a, \n'],
    ['of several', 'a  ,b\n'],
  ])('is seen %s', async (_, text) => {
    expect((await lookAt(text)).padding).toBe(true);
  });

  test.each([
    ['within a field', 'a b,c  d\n'],
    ['in the header', 'x , y\n1,2\n', true],
  ])('is none %s', async (_, text, skipsFirst = false) => {
    expect((await lookAt(text, skipsFirst)).padding).toBe(false);
  });
});

const odd = /[0-9]_|\+-|(^|[\n\r\t ",;|])[+-]?0[0-9]/;
const padding = /(^|[\n\r",;|])[ \t]|[ \t]($|[\n\r",;|])/;

const expectPatterns = async (text: string): Promise<void> => {
  expect(await lookAt(text)).toMatchObject({
    oddNumbers: odd.test(text),
    ...(odd.test(text) ? {} : { padding: padding.test(text) }),
  });
};

test('says the same as patterns, whatever the text', async () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab019_+-. \t,;"\n'), maxLength: 40 });
  await fc.assert(fc.asyncProperty(text, expectPatterns), { numRuns: 300 });
});

// Long texts are walked in four stretches: what is to be seen stands in one line alone, in every line of a text once.
test.each(['012', '+01', '1_0', ' 1', '1 ', '1, ,2', '+-1', ' ', 'x', '0'])(
  'says the same of many lines of which one has %j',
  async (line) => {
    const lines = ['1,2', '3.5', '', 'a b', '10,x', '7', '8,90', 'z', '0.1,2', '5', '-6', '+4'];
    for (let at = 0; at <= lines.length; at += 1)
      for (const end of ['', '\n'])
        await expectPatterns([...lines.slice(0, at), line, ...lines.slice(at)].join('\n') + end);
  },
);
