import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoted, withConnection } from '../../src/learn/data/duckdb.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/ingest/run.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const place = async (name: string): Promise<string> => {
  const path = join(folder.path, `l${count++}`);
  await mkdir(path);
  return join(path, name);
};
const write = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = await place(name);
  await writeFile(path, content);
  return path;
};
const ingest = (source: string, params: JsonObject = {}): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'ingest', deps: { source }, params });

/** DuckDB packs texts by zstd, which Node 20 cannot: a column of one cell, with the line end that CSV gives it. */
const writeZstd = async (name: string, text: string): Promise<string> => {
  const path = await place(name);
  await withConnection((connection) =>
    connection.run(
      `COPY (SELECT ${quoted(text)}) TO ${quoted(path)} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIM '\u0001', COMPRESSION zstd)`,
    ),
  );
  return path;
};

/** The line on which the first of these stands, as editors count. */
const lineOf = (text: string, what: string): number => text.slice(0, text.indexOf(what)).split(/\r?\n/).length;

const header = 'id,t,n\n';
const rows = '1,"a\nb\nc",3\n2,x,4\n';
const long = '3,y,5,6\n';

/** Rows of three lines each: 4 MB. */
const many = (from: number): string =>
  Array.from({ length: 20_000 }, (_, row) => `${from + row},"${'text '.repeat(30)}\n\n${row}",${row % 7}\n`).join('');

const texts: [string, string, JsonObject?][] = [
  ['quotes', header + rows + long],
  ['quotes of the header', `id,"t\nu",n\n${rows}${long}`],
  ['quotes, and blank lines', `${header}\n\n${rows}\n\n${long}`],
  ['quotes, of many rows', header + many(0) + long + many(70_000)],
  ['quotes, and no header', rows + long, { names: ['id', 't', 'n'] }],
];
const ends: [string, (text: string) => string][] = [
  ['LF', (text) => text],
  ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
  ['LF, behind a byte order mark', (text) => `\ufeff${text}`],
];

describe.each(ends)('a row that cannot be read, of a CSV with %s,', (_, end) => {
  it.each(texts)('is told by its line of the file, after line ends in %s', async (__, text, params = {}) => {
    const content = end(text);
    const told = `r.csv: line ${lineOf(content, '3,y,5,6')}, column 4: the row goes on: 4 fields where the header has 3`;
    await expect(ingest(await write('r.csv', content), params)).rejects.toThrow(told);
  });

  it.each([
    ['a row that ends early', '3,"y\nz"\n', 'column 2: the row ends here'],
    ['a row that goes on over lines', '3,"y\nz",5,"6\n"\n', 'column 4: the row goes on'],
    ['text after a quote', '3,"y\nz"k,5\n', 'column 2: a quote that does not close'],
    ['a quote that does not close', '3,"y\nz,5\n6,z,7\n', 'column 2: a quote that does not close'],
  ])('is told by the line on which it begins: %s', async (__, row, what) => {
    await expect(ingest(await write('r.csv', end(header + rows + row)))).rejects.toThrow(`r.csv: line 6, ${what}`);
  });
});

describe('a row that cannot be read', () => {
  const text = header + many(0) + long + rows;
  const told = `line ${lineOf(text, '3,y,5,6')}, column 4: the row goes on`;

  it('is told by its line of a file that is packed, too', async () => {
    await expect(ingest(await write('r.csv.gz', gzipSync(text)))).rejects.toThrow(`r.csv.gz: ${told}`);
    const members = Buffer.concat([gzipSync(text.slice(0, 90_000)), gzipSync(text.slice(90_000))]);
    await expect(ingest(await write('r.csv.gz', members))).rejects.toThrow(`r.csv.gz: ${told}`);
    const packed = await writeZstd('r.csv.zst', text);
    expect((await readFile(packed)).readUInt32LE(0)).toBe(0xfd2fb528);
    await expect(ingest(packed)).rejects.toThrow(`r.csv.zst: ${told}`);
  });

  it('of bytes that are not UTF-8 is told by its line', async () => {
    const bytes = Buffer.concat([Buffer.from(`${header}${rows}3,`), Buffer.from([0xff]), Buffer.from(',5\n')]);
    await expect(ingest(await write('r.csv', bytes))).rejects.toThrow('line 6, column 2: bytes that are not UTF-8');
  });

  it('of more bytes than DuckDB takes is told by its line, and no column', async () => {
    const source = await write('r.csv', `${header}${rows}3,"${'y'.repeat(2_100_000)}",5\n`);
    await expect(ingest(source)).rejects.toThrow('r.csv: line 6: a line of more than 2 MB');
  });

  it('is told by its line where lines end in CR alone', async () => {
    const source = await write('r.csv', (header + rows + long).replaceAll('\n', '\r'));
    await expect(ingest(source)).rejects.toThrow('r.csv: line 6, column 4');
  });
});

describe('line ends that differ', () => {
  const told = 'line 5 ends in CRLF, and those before it in LF';

  it('are told by their line, those within quotes counted', async () => {
    const text = `${header}${rows.slice(0, -1)}\r\n3,y,5\n`;
    await expect(ingest(await write('r.csv', text))).rejects.toThrow(`r.csv: ${told}`);
    await expect(ingest(await write('r.csv.gz', gzipSync(text)))).rejects.toThrow(`r.csv.gz: ${told}`);
  });
});

describe('a line that is no JSON', () => {
  it.each([
    ['', '{"a":1}\n{"a":2}\n{"a":}\n', 3],
    [', after blank ones', '\n{"a":1}\n\n \t\n{"a":2}\n{"a":}\n', 6],
    [', in CRLF', '{"a":1}\r\n\r\n{"a":2}\r\n{"a":}\r\n', 4],
    [', the first', '{"a":}\n', 1],
    [', of many', `\n${'{"a":"some text"}\n\n'.repeat(300_000)}{"a":}\n`, 600_002],
  ])('is told by its number%s', async (_, text, line) => {
    const told = `line ${line}, byte 6: malformed JSON`;
    await expect(ingest(await write('r.jsonl', text))).rejects.toThrow(`r.jsonl: ${told}`);
    await expect(ingest(await write('r.jsonl.gz', gzipSync(text)))).rejects.toThrow(`r.jsonl.gz: ${told}`);
  });
});

describe('a key that a row has more than once is told of', () => {
  it.each([
    ['in an array', 'r.json', '[{"a":1,"b":"x"},{"b":"y","a":2,"a":3,"a":2}]', 'row 2 has the key "a" 3 times'],
    ['in JSON lines', 'r.jsonl', '{"a":1,"a":2,"b":"y"}\n', 'row 1 has the key "a" 2 times'],
    [
      'spelled in two ways',
      'r.jsonl',
      '{"b":1,"ab":2}\n{"b":4,"ab":5,"a\\u0062":6}\n',
      'row 2 has the key "ab" 2 times',
    ],
    [
      'in many rows',
      'r.jsonl',
      `{"a":1,"b":2}\n{"c":3}\n${'{"b":1,"b":1}\n{"a":1,"c":1,"c":null}\n'.repeat(3)}`,
      'row 3 has the key "b" 2 times (6 such rows in all)',
    ],
  ])('%s', async (_, name, text, told) => {
    await expect(ingest(await write(name, text))).rejects.toThrow(
      `${name}: ${told}\nhint: a row has one value of each key`,
    );
  });
});

describe('a file that is packed by gzip and damaged', () => {
  // Stored as they are, so that a byte of the file is a byte of the text.
  const packed = gzipSync(`${header}${many(0)}1,x,10\n2,x,20\n3,x,3000`, { level: 0 });

  it.each(['r.csv.gz', 'r.tsv.gz'])('is refused where its last field is cut: %s', async (name) => {
    await expect(ingest(await write(name, packed.subarray(0, -10)))).rejects.toThrow(
      `${name} cannot be read: unexpected end of file`,
    );
  });

  it('is refused where a digit is another, of JSON lines too', async () => {
    const other = Buffer.from(packed);
    other[other.lastIndexOf('20')] = '3'.charCodeAt(0);
    await expect(ingest(await write('r.csv.gz', other))).rejects.toThrow(
      'r.csv.gz cannot be read: incorrect data check',
    );
    const lines = gzipSync('{"a":1}\n{"a":2}\n', { level: 0 });
    lines[lines.lastIndexOf('2')] = '3'.charCodeAt(0);
    await expect(ingest(await write('r.jsonl.gz', lines))).rejects.toThrow(
      'r.jsonl.gz cannot be read: incorrect data check',
    );
  });
});
