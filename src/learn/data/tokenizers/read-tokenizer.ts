import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FittedTokenizer } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import { parse } from '../../json.ts';
import { byteAlphabet } from './byte-alphabet.ts';
import { tokenizerOfJson } from './tokenizer-json.ts';
import { bytePairPlan, wordPiecePlan } from './train-tokenizer.ts';
import { idOf, listOf, padOf, type ReadTokenizerOptions } from './vocabulary.ts';

/**
 * Reads a tokenizer: Hugging Face's `tokenizer.json`; BERT's `vocab.txt`, a piece a line; or GPT-2's `vocab.json` and
 * `merges.txt` in one folder.
 *
 * @param path of a file, or of a folder that has one of them.
 * @throws StageError where it is damaged, or does what is not known here.
 */
export const readTokenizer = async (path: string, options: ReadTokenizerOptions): Promise<FittedTokenizer> => {
  const file = statSync(path).isDirectory() ? fileIn(path) : path;
  const name = file.slice(file.lastIndexOf('/') + 1);
  const text = await readFile(file, 'utf8');
  if (name.endsWith('.txt')) return tokenizerOfList(text, name, options);
  const content = parse(text, name);
  if (name !== 'vocab.json') return tokenizerOfJson(content, name, options);
  const beside = join(file, '../merges.txt');
  if (!existsSync(beside)) throw new StageError(`${name} has no merges.txt beside it`, 'give the folder that has both');
  return tokenizerOfMerges(content, await readFile(beside, 'utf8'), options);
};

const fileIn = (folder: string): string => {
  const name = ['tokenizer.json', 'vocab.txt', 'vocab.json'].find((each) => existsSync(join(folder, each)));
  if (name !== undefined) return join(folder, name);
  throw new StageError('dep vocabulary is a folder without tokenizer.json, vocab.txt or vocab.json');
};

const tokenizerOfList = (text: string, name: string, { lowerCase, pad }: ReadTokenizerOptions): FittedTokenizer => {
  const vocabulary = text.split(/\r?\n/).filter((line, at, lines) => line !== '' || at < lines.length - 1);
  const twice = vocabulary.find((piece, at) => vocabulary.indexOf(piece) !== at);
  if (twice !== undefined) throw new StageError(`${name} has the piece "${twice}" twice`);
  const id = (piece: string): number => idOf(vocabulary, piece, name);
  return {
    ...wordPiecePlan(lowerCase),
    ...{ unknown: id('[UNK]'), before: [id('[CLS]')], after: [id('[SEP]')], pad: id(pad ?? '[PAD]') },
    special: ['[UNK]', '[SEP]', '[PAD]', '[CLS]', '[MASK]']
      .filter((piece) => vocabulary.includes(piece))
      .map((piece) => ({ piece, left: false, right: false })),
    ...{ vocabulary, merges: [] },
  };
};

const tokenizerOfMerges = (content: unknown, text: string, { pad }: ReadTokenizerOptions): FittedTokenizer => {
  const vocabulary = listOf(content, 'vocab.json');
  const merges = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'));
  const odd = merges.find((merge) => merge.split(' ').length !== 2);
  if (odd !== undefined) throw new StageError(`merges.txt: "${odd}" is no pair`);
  const absent = byteAlphabet.find((piece) => !vocabulary.includes(piece));
  if (absent !== undefined) throw new StageError(`vocab.json has no piece "${absent}": it is none of bytes`);
  return { ...bytePairPlan(false), vocabulary, merges, pad: padOf(vocabulary, pad, 'vocab.json') };
};
