import type { Node } from 'jsonc-parser';
import { parseTree } from 'jsonc-parser';
import type { Diagnostic, Place } from '../types/diagnostic.ts';
import type { Finding, JsonDocument, JsonPath, Override, Spot } from './finding.ts';

/** Looks the places of findings up, and sorts them by file, line and column. What was found twice is told once. */
export const placeFindings = (findings: readonly Finding[]): readonly Diagnostic[] => {
  const trees = new Map<string, Node | undefined>();
  const lines = new Map<string, readonly Line[]>();
  const source: Source = {
    treeOf: ({ text }) => remember(trees, text, () => parseTree(text)),
    linesOf: (text) => remember(lines, text, () => linesIn(text)),
  };
  const placed = findings.map((finding) => diagnosticOf(finding, source)).sort(byPlace);
  return placed.filter((diagnostic, index) => index === 0 || !isSame(diagnostic, placed[index - 1]!));
};

/** Texts are parsed only where a place in them is asked for. */
interface Source {
  readonly treeOf: (document: JsonDocument) => Node | undefined;
  readonly linesOf: (text: string) => readonly Line[];
}

const remember = <Value>(known: Map<string, Value>, text: string, make: () => Value): Value => {
  if (!known.has(text)) known.set(text, make());
  return known.get(text)!;
};

const diagnosticOf = ({ code, message, hint, trail, spot }: Finding, source: Source): Diagnostic => ({
  code,
  message,
  severity: 'error',
  ...(spot === undefined ? {} : { place: placeOf(spot, source) }),
  ...(trail === undefined ? {} : { trail }),
  ...(hint === undefined ? {} : { hint }),
});

const placeOf = (spot: Spot, source: Source): Place => {
  if (spot.kind === 'command line') {
    return { file: commandLine, line: 1, column: spot.start + 1, text: spot.text, length: spot.length };
  }
  if (spot.kind === 'text') return textPlace(spot.file, spot, { text: spot.text, lines: source.linesOf(spot.text) });
  return jsonPlace(spot, source);
};

/** What stands in a place instead of a file's name for a mistake in an argument. */
export const commandLine = 'command line';

type JsonSpot = Spot & { readonly kind: 'json' };

const jsonPlace = (spot: JsonSpot, source: Source): Place => {
  const { document, path } = spot;
  const { node, depth } = descend(source.treeOf(document), path);
  const override = document.overrides.findLast(
    ({ path: set }) => isPrefix(set, path) || (depth < path.length && isPrefix(path, set)),
  );
  if (override !== undefined) return overridePlace(override, spot);
  const stretch = node === undefined ? { offset: 0, length: 1 } : stretchOf(node, spot, depth === path.length);
  return textPlace(document.file, stretch, { text: document.text, lines: source.linesOf(document.text) });
};

/** Goes down a path as far as there is something. */
const descend = (
  root: Node | undefined,
  path: JsonPath,
): { readonly node: Node | undefined; readonly depth: number } => {
  let node = root;
  for (const [depth, key] of path.entries()) {
    const child = node === undefined ? undefined : childOf(node, key);
    if (child === undefined) return { node, depth };
    node = child;
  }
  return { node, depth: path.length };
};

const childOf = (node: Node, key: string | number): Node | undefined => {
  if (node.type === 'array') return node.children?.[Number(key)];
  return node.type === 'object' ? propertiesOf(node).get(String(key))?.children?.[1] : undefined;
};

const properties = new WeakMap<Node, ReadonlyMap<string, Node>>();

const propertiesOf = (node: Node): ReadonlyMap<string, Node> => {
  const known =
    properties.get(node) ??
    new Map((node.children ?? []).map((property) => [String(property.children?.[0]?.value), property]));
  properties.set(node, known);
  return known;
};

interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** What is underlined: the value, or its key where the key is meant, where the value is a whole block, and where it is missing. */
const stretchOf = (node: Node, { target, within, document }: JsonSpot, isExact: boolean): Stretch => {
  const key = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
  const isBlock = node.type === 'object' || node.type === 'array';
  if (key !== undefined && (target === 'key' || !isExact || (isBlock && isLong(document.text, node)))) return key;
  if (isBlock && (target === 'key' || isLong(document.text, node))) return { offset: node.offset, length: 1 };
  // An offset in a string is one in the text too unless it has escapes.
  const isLiteral = document.text.slice(node.offset + 1, node.offset + node.length - 1) === node.value;
  return within === undefined || !isLiteral
    ? node
    : { offset: node.offset + 1 + within.start, length: Math.max(1, within.length) };
};

const isLong = (text: string, { offset, length }: Node): boolean =>
  length > 60 || text.slice(offset, offset + length).includes('\n');

const isPrefix = (prefix: JsonPath, path: JsonPath): boolean =>
  prefix.length <= path.length && prefix.every((key, index) => String(key) === String(path[index]));

/** Where in `--set a.b=3` the mistake is: in one of the keys, or in the value. */
const overridePlace = (override: Override, { path, target }: JsonSpot): Place => {
  const option = '--set ';
  const keys = override.path.map(String);
  const isKey = path.length < keys.length || (path.length === keys.length && target === 'key');
  const keyAt = keys.slice(0, path.length - 1).reduce((at, key) => at + key.length + 1, option.length);
  const valueAt = option.length + override.text.indexOf('=') + 1;
  const text = option + override.text;
  const place = { file: commandLine, line: 1, text };
  if (isKey) return { ...place, column: keyAt + 1, length: keys[path.length - 1]?.length ?? 1 };
  return { ...place, column: valueAt + 1, length: Math.max(1, text.length - valueAt) };
};

/** Line and column of a stretch of a text; it ends with its line at the latest. */
const textPlace = (file: string, { offset, length }: Stretch, { text, lines }: LinedText): Place => {
  const index = lineIndex(lines, offset);
  const { start, end } = lines[index]!;
  const column = Math.min(offset, end) - start;
  const toEnd = end - start - column;
  return {
    file,
    line: index + 1,
    column: column + 1,
    text: text.slice(start, end),
    length: Math.max(1, Math.min(length, toEnd)),
  };
};

interface LinedText {
  readonly text: string;
  readonly lines: readonly Line[];
}

/** Where a line begins, and where it ends but for its line break. */
interface Line {
  readonly start: number;
  readonly end: number;
}

const linesIn = (text: string): readonly Line[] => {
  const lines: Line[] = [];
  let start = 0;
  for (const match of text.matchAll(/\r\n|\n|\r/g)) {
    lines.push({ start, end: match.index });
    start = match.index + match[0].length;
  }
  return [...lines, { start, end: text.length }];
};

/** Index of the line that an offset is in. */
const lineIndex = (lines: readonly Line[], offset: number): number => {
  let [low, high] = [0, lines.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lines[middle]!.start <= offset) low = middle;
    else high = middle;
  }
  return low;
};

const byPlace = (a: Diagnostic, b: Diagnostic): number =>
  compare(a.place?.file ?? '', b.place?.file ?? '') ||
  (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
  (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
  compare(a.code, b.code) ||
  compare(a.message, b.message);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isSame = (a: Diagnostic, b: Diagnostic): boolean => byPlace(a, b) === 0;
