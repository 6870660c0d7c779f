import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../../src/learn/data/duckdb.ts';
import { readTable } from '../../../src/learn/data/table.ts';
import { answersTo } from '../../../src/learn/serving/answer.ts';
import { sayFault } from '../../../src/learn/serving/fault.ts';
import { rowSchema } from '../../../src/learn/serving/http/row-schema.ts';
import { openSources } from '../../../src/learn/serving/open-source.ts';
import { prepareRows } from '../../../src/learn/serving/prepare.ts';
import { joinParts, type RawRowsRead } from '../../../src/learn/serving/raw-rows.ts';
import { openServable } from '../../../src/learn/serving/servable.ts';
import type { JsonObject } from '../../../src/types/json.ts';
import { run as clean } from '../../../stages/clean/run.ts';
import { run as evaluate } from '../../../stages/evaluate/run.ts';
import { run as ingest } from '../../../stages/ingest/run.ts';
import { run as normalize } from '../../../stages/normalize/run.ts';
import { run as train } from '../../../stages/train/run.ts';
import { makeFolder, runStage } from '../../stages/context.ts';
import { choices } from '../backends/on-backend.ts';

// Files of texts and of e-mails are asked about as they are, and read as ingest read those that the model learned from.

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const stages = { clean, evaluate, ingest, normalize, train };

const stage = async (type: keyof typeof stages, deps: Record<string, string>, params: JsonObject = {}) =>
  (await runStage(stages[type] as never, folder.path, { type, deps, params, ...(['train', 'evaluate'].includes(type) && { backend: choices.wasm }) })).outs as Record<string, string>; // biome-ignore format: one line

const place = async (path: string, bytes: string | Buffer): Promise<string> => {
  const file = join(folder.path, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, bytes);
  return file;
};

/** A model of a folder's files, and what evaluate says of them by their paths. */
const learned = async (name: string, params: JsonObject, rules?: JsonObject) => {
  const read = await stage('ingest', { source: join(folder.path, name) }, params);
  const rows = rules === undefined ? read : await stage('clean', { examples: read['examples']! }, rules);
  const columns = { text: 'bag', subject: 'bag', body: 'bag', from: 'drop', date: { method: 'date', parts: ['hour', 'weekday'] }, file: 'drop' }; // biome-ignore format: one line
  const known = JSON.parse(await readFile(join(rows['examples']!, 'dataset.json'), 'utf8')).columns.map((column: { name: string }) => column.name); // biome-ignore format: one line
  const used = Object.fromEntries(Object.entries(columns).filter(([column]) => known.includes(column)));
  const ready = await stage('normalize', { train: rows['examples']! }, { columns: used });
  const { model } = await stage(
    'train',
    { train: ready['train']!, fitted: ready['fitted']! },
    { model: { preset: 'mlp', units: [4] }, epochs: 1, batch_size: 4, preflight: false },
  );
  const judged = await stage('evaluate', { model: model!, test: ready['train']! });
  const { columns: said } = await readTable(judged['predictions']!);
  return { model: model!, probabilities: [...said.get('probability_spam')!.values] as number[] };
};

const asked = async (model: string, path: string, format = 'auto') => {
  const servable = await openServable(model);
  return withConnection(async (connection) => {
    const parts: RawRowsRead[] = [];
    const files: string[] = [];
    const said: string[] = [];
    for await (const source of openSources(connection, servable, { paths: [path], format, temporary: folder.path })) {
      for await (const part of source.parts()) {
        parts.push(part);
        files.push(...part.numbers.map((row) => source.fileOf!(row)));
      }
      const { faults } = prepareRows(servable, joinParts(parts), { unknown: 'refuse' });
      said.push(...faults.map((fault) => sayFault(source, fault)));
    }
    const { examples, numbers } = prepareRows(servable, joinParts(parts), { unknown: 'refuse' });
    const answers = (await answersTo(servable, examples)) as { probabilities: Record<string, number> }[];
    return { servable, files, numbers, said, probabilities: answers.map(({ probabilities }) => probabilities['spam']) };
  });
};

const texts = [
  'win money now',
  'see you at 8',
  '',
  'NA',
  ' win\n\nmoney\t"now" ',
  'süß, "quoted" \\ \u2028 and \u0000 nothing',
];

describe('texts', () => {
  let model: string;
  let probabilities: number[];
  beforeAll(async () => {
    for (const [at, text] of texts.entries()) await place(`texts/${at % 2 ? 'ham' : 'spam'}/${at}.txt`, text);
    ({ model, probabilities } = await learned('texts', { format: 'texts', target: 'kind' }));
  }, 60_000);

  it('of a folder get the answers that evaluate judged, whatever stands in them', async () => {
    const { files, said, probabilities: served } = await asked(model, join(folder.path, 'texts'));
    expect([files, said]).toEqual([['ham/1.txt', 'ham/3.txt', 'ham/5.txt', 'spam/0.txt', 'spam/2.txt', 'spam/4.txt'], []]); // biome-ignore format: one line
    expect(served).toEqual(probabilities);
  });

  it('can be one file; rows of a table stay rows of a table', async () => {
    const [one] = (await asked(model, join(folder.path, 'texts/spam/0.txt'))).probabilities;
    expect(one).toBe(probabilities[3]);
    await place('rows.jsonl', JSON.stringify({ text: texts[0] }));
    const servable = await openServable(model);
    expect((rowSchema(servable) as { description?: string }).description).toBe('A row in JSON; or send the text itself, as text/plain.'); // biome-ignore format: one line
    const { parts, fileOf } = await withConnection(async (connection) => {
      for await (const source of openSources(connection, servable, {
        paths: [join(folder.path, 'rows.jsonl')],
        format: 'auto',
        temporary: folder.path,
      })) {
        // biome-ignore format: one line
        const all: RawRowsRead[] = [];
        for await (const part of source.parts()) all.push(part);
        return { parts: all, fileOf: source.fileOf };
      }
      throw new Error('there is no source');
    });
    expect([joinParts(parts).columns.get('text')?.values, fileOf]).toEqual([[texts[0]], undefined]);
  });

  it('that are none in UTF-8 are bad rows, told by their names', async () => {
    await place('broken/a.txt', Buffer.from([0x77, 0xff]));
    await place('broken/b.txt', 'win money now');
    const { said, files, numbers } = await asked(model, join(folder.path, 'broken'));
    expect([said, files, numbers]).toEqual([['a.txt is not encoded in UTF-8'], ['b.txt'], [2]]);
    await expect(asked(model, join(folder.path, 'broken/a.txt'))).rejects.toThrow(
      'none of the texts can be read\nhint: a.txt is not encoded in UTF-8',
    );
  });
});

const mail = (subject: string, body: string, date = 'Thu, 22 Aug 2002 12:36:23 +0100'): string =>
  `From: Ann <ann@example.org>\r\nDate: ${date}\r\nSubject: ${subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}\r\n`;

describe('e-mails', () => {
  let model: string;
  let probabilities: number[];
  beforeAll(async () => {
    const box = [mail('Lunch', 'See you at 8.'), mail('Dinner', '>From here on')].map((each) => `From ann\n${each}\n`);
    await place('mails/ham/inbox.mbox', box.join(''));
    await place('mails/ham/c.eml', mail('=?utf-8?q?S=C3=BC=C3=9F?=', 'Well.', 'Sat, 24 Aug 2002 23:59:59 GMT'));
    await place('mails/spam/a.eml', mail('WIN', 'Money now!'));
    await place('mails/spam/b.eml', mail('WIN again', 'More money.'));
    ({ model, probabilities } = await learned(
      'mails',
      { format: 'emails', target: 'kind' },
      { missing: { date: 'drop', default: 'keep' } },
    ));
  }, 60_000);

  it('of a folder get the answers that evaluate judged, those of an mbox each', async () => {
    const { files, said, probabilities: served } = await asked(model, join(folder.path, 'mails'));
    expect(said).toEqual([]);
    expect(files).toEqual(['ham/c.eml', 'ham/inbox.mbox: message 1', 'ham/inbox.mbox: message 2', 'spam/a.eml', 'spam/b.eml']); // biome-ignore format: one line
    expect(served).toEqual(probabilities);
  });

  it('that were fields of JSON files can be such files, or the messages themselves', { timeout: 60_000 }, async () => {
    const sent = [mail('Lunch', 'See you at 8.'), mail('WIN', 'Money now!')];
    for (const [at, text] of sent.entries()) await place(`fields/${at ? 'spam' : 'ham'}/${at}.json`, JSON.stringify({ text })); // biome-ignore format: one line
    const of = await learned('fields', { format: 'emails', target: 'kind', emails: { field: 'text' } });
    const fields = await asked(of.model, join(folder.path, 'fields'));
    expect([fields.files, fields.probabilities]).toEqual([['ham/0.json', 'spam/1.json'], of.probabilities]);
    for (const [at, text] of sent.entries()) await place(`themselves/${at}.eml`, text);
    const themselves = await asked(of.model, join(folder.path, 'themselves'));
    expect([themselves.files, themselves.probabilities]).toEqual([['0.eml', '1.eml'], of.probabilities]);
    expect((await asked(of.model, join(folder.path, 'fields/spam/1.json'), 'emails')).probabilities).toEqual([of.probabilities[1]]); // biome-ignore format: one line
  });

  it('without what clean asks for are bad rows, told by file and column', async () => {
    await place('undated.eml', mail('Hello', 'When?', 'soon'));
    const { said } = await asked(model, join(folder.path, 'undated.eml'));
    expect(said).toEqual(['undated.eml, column "date" has no value, and clean drops such rows']);
  });

  it('are not asked about by a model of something else', async () => {
    await expect(asked(model, join(folder.path, 'texts/ham'), 'texts')).rejects.toThrow(
      'this model did not learn from files of texts\nhint: give rows of a table with "subject", "from", "date", "body"',
    );
  });
});
