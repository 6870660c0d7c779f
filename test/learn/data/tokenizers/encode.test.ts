import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encoderOf } from '../../../../src/learn/data/tokenizers/encode.ts';
import { readTokenizer } from '../../../../src/learn/data/tokenizers/read-tokenizer.ts';

interface Golden {
  readonly texts: readonly string[];
  readonly ids: Readonly<Record<string, readonly (readonly number[])[]>>;
}

const files = join(import.meta.dirname, 'files');
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'golden.json'), 'utf8')) as Golden;
const options = { lowerCase: true, pad: undefined };

/** With what stands before and after each text. */
const idsOf = async (path: string, pad?: string): Promise<(readonly number[])[]> => {
  const tokenizer = await readTokenizer(path, { ...options, pad });
  const encode = encoderOf(tokenizer);
  return golden.texts.map((text) => [...tokenizer.before, ...encode(text), ...tokenizer.after]);
};

describe("a tokenizer that was read gives the ids of Hugging Face's, whatever the text", () => {
  it.each(Object.keys(golden.ids))('%s', async (name) => {
    const found = await idsOf(join(files, `${name}.json`));
    golden.texts.forEach((text, index) => {
      expect({ text, ids: found[index] }).toEqual({ text, ids: golden.ids[name]![index] });
    });
  });

  it('a vocab.txt', async () => {
    expect(await idsOf(join(files, 'vocab.txt'))).toEqual(golden.ids['bert-uncased']);
  });
});
