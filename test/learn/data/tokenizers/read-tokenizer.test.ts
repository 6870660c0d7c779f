import { readFileSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encoderOf } from '../../../../src/learn/data/tokenizers/encode.ts';
import { readTokenizer } from '../../../../src/learn/data/tokenizers/read-tokenizer.ts';
import { makeFolder } from '../../../stages/context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const files = join(import.meta.dirname, 'files');
const options = { lowerCase: true, pad: undefined };
type Content = Record<string, unknown> & { model: Record<string, unknown> };

/** A tokenizer.json with something changed. */
const changed = async (name: string, change: (content: Content) => unknown): Promise<string> => {
  const content = JSON.parse(readFileSync(join(files, `${name}.json`), 'utf8')) as Content;
  change(content);
  const path = join(folder.path, 'tokenizer.json');
  await writeFile(path, JSON.stringify(content));
  return path;
};

describe('GPT-2', () => {
  it("is read from vocab.json and merges.txt, and gives the tokenizer.json's ids", async () => {
    const both = join(folder.path, 'gpt-2');
    await mkdir(both);
    for (const name of ['vocab.json', 'merges.txt']) await copyFile(join(files, name), join(both, name));
    const [read, whole] = [await readTokenizer(both, options), await readTokenizer(join(files, 'gpt-2.json'), options)];
    for (const text of ['The dogs, 1,234 of them.', "don't 🎉  x"]) {
      expect(encoderOf(read)(text)).toEqual(encoderOf(whole)(text));
    }
    await expect(readTokenizer(join(both, 'vocab.json'), { ...options, pad: 'no' })).rejects.toThrow(/no piece "no"/);
  });

  it('has to be told what fills its rows, where it has nothing for that', async () => {
    const path = await changed('gpt-2', (content) => {
      const vocabulary = content.model['vocab'] as Record<string, number>;
      vocabulary['filler'] = vocabulary['<pad>']!;
      delete vocabulary['<pad>'];
      content['added_tokens'] = [];
    });
    await expect(readTokenizer(path, options)).rejects.toThrow(
      /no piece that fills rows\nhint: name one of its pieces by "pad"/,
    );
    expect((await readTokenizer(path, { ...options, pad: 'filler' })).pad).toBe(1);
  });
});

describe('what is not known here is refused, since ids that are a little wrong are worse than none', () => {
  it.each([
    ['a model', 'bert-cased', (content: Content) => (content.model['type'] = 'Unigram'), /its model is "Unigram"/],
    [
      'a normalizer',
      'bert-cased',
      (content: Content) => (content['normalizer'] = { type: 'Nmt' }),
      /its normalizer is "Nmt"/,
    ],
    [
      'words',
      'gpt-2',
      (content: Content) => (content['pre_tokenizer'] = { type: 'Metaspace' }),
      /pre_tokenizer is "Metaspace"/,
    ],
    ['no words', 'gpt-2', (content: Content) => (content['pre_tokenizer'] = null), /pre_tokenizer is null/],
    ['a frame', 'gpt-2', (content: Content) => (content['post_processor'] = { type: 'x' }), /post_processor is "x"/],
    ['dropout', 'gpt-2', (content: Content) => (content.model['dropout'] = 0.1), /its model has dropout 0.1/],
    [
      'a suffix',
      'gpt-2',
      (content: Content) => (content.model['end_of_word_suffix'] = '</w>'),
      /has end_of_word_suffix/,
    ],
    [
      'a gap of ids',
      'gpt-2',
      (content: Content) => (content.model['vocab'] = { a: 0, b: 900 }),
      /the piece "b" has the id 900/,
    ],
    ['merges', 'gpt-2', (content: Content) => (content.model['merges'] = ['abc']), /"abc" of its merges is no pair/],
  ])('%s', async (_, name, change, message) => {
    await expect(readTokenizer(await changed(name, change), options)).rejects.toThrow(message);
  });

  it('a vocab.txt without the pieces of BERT, or with one twice', async () => {
    const path = join(folder.path, 'vocab.txt');
    await writeFile(path, '[PAD]\nthe\n');
    await expect(readTokenizer(path, options)).rejects.toThrow(/vocab.txt has no piece "\[UNK\]"/);
    await writeFile(path, '[PAD]\nthe\nthe\n');
    await expect(readTokenizer(path, options)).rejects.toThrow(/has the piece "the" twice/);
  });
});
