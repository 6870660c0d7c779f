import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/learn/data/dataset.ts';
import { readFitted } from '../../src/learn/data/fitted/artifact.ts';
import { applyFitted } from '../../src/learn/data/fitted/serve.ts';
import type { Rows, TensorColumnData } from '../../src/learn/data/rows.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run as normalize } from '../../stages/normalize/run.ts';
import { headerFor, readRows, writeDataset } from '../learn/data/rows.ts';
import { makeFolder, runStage } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const rowsOf = (texts: readonly string[]): Rows => ({
  ids: texts.map((_, index) => `r${index}`),
  official: null,
  columns: new Map([
    ['text', { kind: 'label' as const, values: texts }],
    ['y', { kind: 'label' as const, values: texts.map((_, index) => String(index % 2)) }],
  ]),
});

const train = ['slow and slower', 'the slowest, naïve 🎉', 'low 日本', "don't"];
const test = ['slowly Ω', 'zebra'];

const pathsOf = async (): Promise<Record<string, string>> => {
  const header = (rows: Rows) => {
    const { columns, ...rest } = headerFor(rows, 'y');
    return {
      ...rest,
      columns: columns.map((column) =>
        column.name === 'text' ? ({ name: 'text', kind: 'text', dtype: 'string' } as const) : column,
      ),
    };
  };
  const [learnt, judged] = [rowsOf(train), rowsOf(test)];
  return {
    train: await writeDataset(join(folder.path, 'train'), learnt, header(learnt)),
    test: await writeDataset(join(folder.path, 'test'), judged, header(judged)),
  };
};

const run = async (params: JsonObject, more: Record<string, string> = {}) =>
  runStage(normalize, folder.path, { type: 'normalize', deps: { ...(await pathsOf()), ...more }, params });

const files = join(import.meta.dirname, '../learn/data/tokenizers/files');

describe('texts cut into pieces', () => {
  it.each([
    ['wordpiece', { method: 'wordpiece', length: 12, max_pieces: 60 }],
    ['bpe', { method: 'bpe', length: 24, max_pieces: 300 }],
  ])('by %s are learnt on train alone, and served to the same ids', async (_, method) => {
    const { outs } = await run({ columns: { text: method } });
    const fitted = await readFitted(outs['fitted']!);
    const [step] = fitted.steps;
    const feature = step?.stage === 'normalize' ? step.features[0] : undefined;
    const vocabulary = feature?.kind === 'pieces' ? feature.tokenizer.vocabulary : [];
    expect(vocabulary).toContain(method.method === 'bpe' ? 'low' : 'slow');
    expect(vocabulary.join(' ')).not.toMatch(/zebra|Ω/);
    const { columns } = await readManifest(outs['train']!);
    expect(columns.find(({ name }) => name === 'text')).toMatchObject({ vocabulary: vocabulary.length });
    for (const [split, texts] of [
      ['train', train],
      ['test', test],
    ] as const) {
      const stored = (await readRows(outs[split]!)).columns.get('text') as TensorColumnData;
      const served = applyFitted(fitted, rowsOf(texts).columns).values.get('text') as TensorColumnData;
      expect(stored.values).toBeInstanceOf(Int32Array);
      expect(served).toEqual(stored);
    }
  });

  it('by a vocabulary that is given are not learnt', async () => {
    const vocabulary = join(files, 'bert-uncased.json');
    const { outs } = await run({ columns: { text: { method: 'wordpiece', length: 8 } } }, { vocabulary });
    const { values } = (await readRows(outs['test']!)).columns.get('text') as TensorColumnData;
    expect(values[0]).toBe(2);
    expect(values).toHaveLength(16);
  });

  it('are refused where the vocabulary is of another method, serves nothing, or leaves no room', async () => {
    const vocabulary = join(files, 'gpt-2.json');
    await expect(run({ columns: { text: 'wordpiece' } }, { vocabulary })).rejects.toThrow(
      /column "text" is to be cut by "wordpiece", and dep vocabulary is of "bpe"/,
    );
    await expect(run({ columns: { text: 'tokens' } }, { vocabulary })).rejects.toThrow(/no column is cut into pieces/);
    await expect(run({ columns: { text: { method: 'wordpiece', length: 2 } } })).rejects.toThrow(/no room for a text/);
    const none = join(folder.path, 'vocab.txt');
    await writeFile(none, 'x\n');
    await expect(run({ columns: { text: 'wordpiece' } }, { vocabulary: none })).rejects.toThrow(
      /vocab.txt has no piece/,
    );
  });
});
