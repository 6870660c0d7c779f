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

test('says the same as patterns, whatever the text', async () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab019_+-. \t,;"\n'), maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(text, async (each) => {
      expect(await lookAt(each)).toMatchObject({
        oddNumbers: /[0-9]_|\+-|(^|[\n\r\t ",;|])[+-]?0[0-9]/.test(each),
        ...(/[0-9]_|\+-|(^|[\n\r\t ",;|])[+-]?0[0-9]/.test(each)
          ? {}
          : { padding: /(^|[\n\r",;|])[ \t]|[ \t]($|[\n\r",;|])/.test(each) }),
      });
    }),
    { numRuns: 300 },
  );
});
