import type { FittedTokenizer } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import type { TextStep } from './normalize-text.ts';
import { idOf, listOf, padOf, type ReadTokenizerOptions } from './vocabulary.ts';

type Part = Readonly<Record<string, unknown>>;

/**
 * A tokenizer of Hugging Face's `tokenizer.json`, of the models WordPiece and BPE over bytes. Truncation and padding that
 * the file asks for are left to the length of the row.
 *
 * @throws StageError where a part of it does what is not known here: ids that are a little wrong are worse than none.
 * @see https://huggingface.co/docs/tokenizers (the format)
 */
export const tokenizerOfJson = (content: unknown, name: string, options: ReadTokenizerOptions): FittedTokenizer => {
  const {
    model,
    normalizer,
    pre_tokenizer: splitter,
    post_processor: processor,
    added_tokens: added,
  } = partOf(content);
  const { type, vocab, merges, unk_token: unknown, ...rest } = partOf(model);
  const kind = kinds.get(type ?? guessed(partOf(model)));
  if (kind === undefined) throw odd(name, 'model', type);
  refuseOptions(name, rest);
  const special = list(added);
  const vocabulary = listOf(
    { ...partOf(vocab), ...Object.fromEntries(special.map(({ content: piece, id }) => [piece, id])) },
    name,
  );
  const id = (piece: unknown): number => idOf(vocabulary, String(piece), name);
  const steps = stepsOf(normalizer, name);
  return {
    model: kind,
    steps,
    ...splitOf(splitter, kind, name),
    vocabulary,
    merges: kind === 'bpe' ? mergesOf(merges, name) : [],
    unknown: typeof unknown === 'string' ? id(unknown) : null,
    longest: typeof rest['max_input_chars_per_word'] === 'number' ? rest['max_input_chars_per_word'] : 100,
    special: special.map((each) => specialOf(each, steps, name)),
    ...frameOf(processor, id, name),
    pad: padOf(vocabulary, options.pad, name),
  };
};

const partOf = (value: unknown): Part => Object(value) as Part;
const list = (value: unknown): readonly Part[] => (Array.isArray(value) ? value.map(partOf) : []);

const kinds: ReadonlyMap<unknown, FittedTokenizer['model']> = new Map([
  ['WordPiece', 'wordpiece'],
  ['BPE', 'bpe'],
]);

/** Older files do not name the model. */
const guessed = ({ merges, max_input_chars_per_word: longest }: Part): string | undefined => {
  if (merges !== undefined) return 'BPE';
  return longest === undefined ? undefined : 'WordPiece';
};

const odd = (name: string, part: string, type: unknown): StageError =>
  new StageError(
    `${name}: its ${part} is ${JSON.stringify(type ?? null)}, which is not known here`,
    'known are WordPiece with the words of BERT, and BPE over bytes with the words of GPT-2',
  );

/** What would change ids, were it left out of account. */
const refuseOptions = (name: string, options: Part): void => {
  const usual: Readonly<Record<string, readonly unknown[]>> = {
    continuing_subword_prefix: ['##', '', null],
    end_of_word_suffix: ['', null],
    dropout: [null, 0],
    byte_fallback: [false, null],
    ignore_merges: [false, null],
  };
  for (const [option, values] of Object.entries(usual)) {
    const value = options[option];
    if (value === undefined || values.includes(value)) continue;
    throw new StageError(`${name}: its model has ${option} ${JSON.stringify(value)}, which is not known here`);
  }
};

const stepsOf = (normalizer: unknown, name: string): TextStep[] => {
  if (normalizer === null || normalizer === undefined) return [];
  const part = partOf(normalizer);
  const { type } = part;
  if (type === 'Sequence') return list(part['normalizers']).flatMap((each) => stepsOf(each, name));
  if (type === 'BertNormalizer') {
    const lower = part['lowercase'] !== false;
    const accents = part['strip_accents'] ?? lower;
    const steps: readonly (readonly [unknown, TextStep])[] = [
      [part['clean_text'] !== false, 'clean'],
      [part['handle_chinese_chars'] !== false, 'ideographs'],
      [accents, 'strip-accents'],
      [lower, 'lowercase'],
    ];
    return steps.flatMap(([asked, step]) => (asked === true ? [step] : []));
  }
  const step = simpleSteps.get(type);
  const oneSided = type === 'Strip' && (part['strip_left'] === false || part['strip_right'] === false);
  if (step === undefined || oneSided) throw odd(name, 'normalizer', oneSided ? part : type);
  return [step];
};

const simpleSteps: ReadonlyMap<unknown, TextStep> = new Map([
  ...(['NFC', 'NFD', 'NFKC', 'NFKD'] as const).map((form) => [form, form] as const),
  ['Lowercase', 'lowercase'],
  ['StripAccents', 'strip-marks'],
  ['Strip', 'strip'],
]);

const splitOf = (
  splitter: unknown,
  kind: FittedTokenizer['model'],
  name: string,
): Pick<FittedTokenizer, 'split' | 'prefix_space'> => {
  const { type, add_prefix_space: prefixSpace, use_regex: pattern } = partOf(splitter);
  if (kind === 'wordpiece' && type === 'BertPreTokenizer') return { split: 'bert', prefix_space: false };
  if (kind === 'bpe' && type === 'ByteLevel' && pattern !== false) {
    return { split: 'gpt-2', prefix_space: prefixSpace !== false };
  }
  throw odd(name, 'pre_tokenizer', type);
};

/** Pairs, or texts with a space between the two, as older files have them. */
const mergesOf = (merges: unknown, name: string): string[] => {
  if (!Array.isArray(merges)) throw new StageError(`${name} has no merges`);
  return merges.map((merge: unknown) => {
    const pair = typeof merge === 'string' ? merge.split(' ') : merge;
    if (Array.isArray(pair) && pair.length === 2 && pair.every((symbol) => typeof symbol === 'string'))
      return pair.join(' ');
    throw new StageError(`${name}: ${JSON.stringify(merge)} of its merges is no pair`);
  });
};

const specialOf = (added: Part, steps: readonly TextStep[], name: string): FittedTokenizer['special'][number] => {
  const piece = added['content'];
  if (typeof piece !== 'string' || piece === '')
    throw new StageError(`${name}: one of its added_tokens has no content`);
  if (added['single_word'] === true || (added['normalized'] === true && steps.length > 0)) {
    const what = added['single_word'] === true ? 'single_word' : 'normalized';
    throw new StageError(`${name}: its added token "${piece}" is ${what}, which is not known here`);
  }
  return { piece, left: added['lstrip'] === true, right: added['rstrip'] === true };
};

type Frame = Pick<FittedTokenizer, 'before' | 'after'>;

/** What is put around each text. */
const frameOf = (processor: unknown, id: (piece: unknown) => number, name: string): Frame => {
  const { type, single, cls, sep, processors } = partOf(processor);
  if (processor === null || processor === undefined || type === 'ByteLevel') return { before: [], after: [] };
  if (type === 'Sequence') {
    const frames = list(processors).map((each) => frameOf(each, id, name));
    return { before: frames.flatMap(({ before }) => before), after: frames.flatMap(({ after }) => after) };
  }
  if (type === 'BertProcessing' || type === 'RobertaProcessing') {
    return { before: [id(list([cls])[0]?.[0])], after: [id(list([sep])[0]?.[0])] };
  }
  const parts = list(single);
  const text = parts.findIndex((part) => part['Sequence'] !== undefined);
  if (type !== 'TemplateProcessing' || text === -1) throw odd(name, 'post_processor', type);
  const ids = (some: readonly Part[]): number[] => some.map((part) => id(partOf(part['SpecialToken'])['id']));
  return { before: ids(parts.slice(0, text)), after: ids(parts.slice(text + 1)) };
};
