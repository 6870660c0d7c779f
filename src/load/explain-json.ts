import type { Node, ParseError } from 'jsonc-parser';
import { createScanner, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Finding } from './finding.ts';
import { deepest } from './scan.ts';

export interface JsonText {
  /** As people are told it. */
  readonly file: string;
  readonly text: string;
  readonly isUtf8: boolean;
}

/** What is wrong with a text that should be JSON; nothing, if it is in order. */
export const explainJson = (source: JsonText): readonly Finding[] => {
  const { text, isUtf8 } = source;
  const spotAt = spots(source);
  if (!isUtf8)
    return [
      { code: 'not-utf8', message: 'the file is not UTF-8', spot: spotAt(Math.max(0, text.indexOf('\uFFFD')), 1) },
    ];
  if (text.trim() === '')
    return [
      { code: 'json-syntax', message: 'the file is empty', hint: 'write { "stages": { … } }', spot: spotAt(0, 1) },
    ];
  const tooDeep = tooDeepAt(text);
  if (tooDeep !== undefined)
    return [{ code: 'too-deep', message: `nested more than ${deepest} levels deep`, spot: spotAt(tooDeep, 1) }];
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const syntax = worthTelling(text, errors).map((error) => syntaxFinding(text, error, spotAt));
  if (syntax.length > 0) return syntax;
  if (tree !== undefined && parses(text)) return valueFindings(tree, source);
  return [{ code: 'json-syntax', message: 'the text is not JSON', spot: spotAt(0, 1) }];
};

type SpotAt = (offset: number, length: number) => NonNullable<Finding['spot']>;

const spots =
  ({ file, text }: JsonText): SpotAt =>
  (offset, length) => ({ kind: 'text', file, text, offset, length });

const tooDeepAt = (text: string): number | undefined => {
  const scanner = createScanner(text, true);
  let depth = 0;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const first = text[scanner.getTokenOffset()] ?? '';
    if ('{['.includes(first)) depth += 1;
    else if ('}]'.includes(first)) depth -= 1;
    if (depth > deepest) return scanner.getTokenOffset();
  }
  return undefined;
};

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** After some mistakes the parser knows for certain how to go on; after any other one, the rest may be its own confusion. */
const worthTelling = (text: string, errors: readonly ParseError[]): readonly ParseError[] => {
  const isCertain = (at: ParseError): boolean =>
    certain.includes(printParseErrorCode(at.error)) || isAfterComma(text, at);
  const uncertain = errors.findIndex((error) => !isCertain(error));
  return uncertain === -1 ? errors : errors.slice(0, uncertain + 1);
};

const certain: readonly string[] = ['CommaExpected', 'InvalidCommentToken', 'InvalidEscapeCharacter', 'InvalidUnicode'];

const syntaxFinding = (text: string, { error, offset, length }: ParseError, spotAt: SpotAt): Finding => {
  const token = text.slice(offset, offset + length);
  const at = { code: 'json-syntax', spot: spotAt(offset, Math.max(1, length)) } as const;
  if (isAfterComma(text, { offset })) {
    return { ...at, message: `a comma stands before ${token}`, hint: 'JSON has no comma after the last item' };
  }
  const found = token === '' ? 'the end of the file' : token.length > 40 ? `${token.slice(0, 39)}…` : token;
  const kind = printParseErrorCode(error);
  const expected = expectations[kind];
  if (expected !== undefined)
    return { ...at, message: `expected ${expected}; found ${found}`, hint: hintFor(kind, token) };
  return { ...at, message: mistakes[kind] ?? `cannot read ${found}`, hint: hintFor(kind, token) };
};

/** A closing bracket after a comma. */
const isAfterComma = (text: string, { offset }: Pick<ParseError, 'offset'>): boolean =>
  /^[}\]]/.test(text.slice(offset, offset + 1)) && /,\s*$/.test(text.slice(Math.max(0, offset - 1000), offset));

const expectations: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a value',
  PropertyNameExpected: 'a key in double quotes',
  ValueExpected: 'a value',
  ColonExpected: '":" after the key',
  CommaExpected: '"," before the next item',
  CloseBraceExpected: '"," or "}"',
  CloseBracketExpected: '"," or "]"',
  EndOfFileExpected: 'the end of the file',
};

const mistakes: Readonly<Record<string, string>> = {
  InvalidNumberFormat: 'a number is written wrongly',
  UnexpectedEndOfNumber: 'a number ends too early',
  UnexpectedEndOfString: 'a string has no closing quote on its line',
  UnexpectedEndOfComment: 'JSON has no comments',
  InvalidCommentToken: 'JSON has no comments',
  InvalidUnicode: '\\u is followed by four hexadecimal digits',
  InvalidEscapeCharacter: 'a backslash in a string is followed by " \\ / b f n r t or u',
  InvalidCharacter: 'a string holds a control character',
};

const hintFor = (kind: string, token: string): string | undefined => {
  if (token.startsWith("'")) return 'strings stand in double quotes';
  if (kind === 'InvalidCharacter') return 'write \\n for a new line and \\t for a tab';
  if (kind === 'InvalidEscapeCharacter') return 'write \\\\ for a backslash';
  if (/^(?:true|false|null)$/i.test(token)) return `did you mean ${token.toLowerCase()}?`;
  return kind === 'InvalidSymbol'
    ? 'strings stand in double quotes; the other words are true, false and null'
    : undefined;
};

/** Keys that stand twice, numbers beyond what can be read, and half characters. */
const valueFindings = (tree: Node, source: JsonText): readonly Finding[] => {
  const spotAt = spots(source);
  const own = ownFindings(tree, source, spotAt);
  return [...own, ...(tree.children ?? []).flatMap((child) => valueFindings(child, source))];
};

const ownFindings = (node: Node, { text }: JsonText, spotAt: SpotAt): readonly Finding[] => {
  const spot = spotAt(node.offset, node.length);
  if (node.type === 'object') return duplicateKeys(node, text, spotAt);
  if (node.type === 'number' && !Number.isFinite(node.value))
    return [{ code: 'number-too-large', message: 'the number is too large', spot }];
  if (node.type === 'string' && /\p{Surrogate}/u.test(node.value as string)) {
    return [
      {
        code: 'not-utf8',
        message: 'the string has half of a surrogate pair',
        hint: 'such a character is written \\uD83D\\uDE00, both halves',
        spot,
      },
    ];
  }
  return [];
};

const duplicateKeys = (object: Node, text: string, spotAt: SpotAt): readonly Finding[] => {
  const first = new Map<string, Node>();
  const findings: Finding[] = [];
  for (const property of object.children ?? []) {
    const key = property.children![0]!;
    const before = first.get(key.value as string);
    if (before === undefined) first.set(key.value as string, key);
    else {
      const line = text.slice(0, before.offset).split(/\r\n|\n|\r/).length;
      const spot = spotAt(key.offset, key.length);
      findings.push({
        code: 'duplicate-key',
        message: `the key "${key.value}" stands twice`,
        hint: `the first one is in line ${line}`,
        spot,
      });
    }
  }
  return findings;
};
