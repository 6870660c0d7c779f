import type { StageTypeFile } from '../types/generated/stage.ts';
import type { JsonObject } from '../types/json.ts';
import type { Paint } from './paint.ts';
import { type ParamRow, paramRows } from './params-view.ts';
import { oneLine, padEnd, widthOf, wrap } from './text.ts';

export interface StageTypeView {
  readonly name: string;
  /** Whose folder it comes from. */
  readonly origin: 'project' | 'stemma';
  readonly declaration: StageTypeFile;
}

interface View {
  readonly paint: Paint;
  /** Cells in a line, or `Infinity` where lines are not to be broken. */
  readonly columns: number;
}

/** What `stemma stages` prints: a line a type, the project's own marked. Ends with a line end. */
export const renderStageTypes = (types: readonly StageTypeView[], view: View): string => {
  const names = Math.max(0, ...types.map(({ name }) => widthOf(name)));
  const lines = types.flatMap(({ name, origin, declaration }) => {
    const own = origin === 'project' ? ' (of this project)' : '';
    return hang(`  ${view.paint.bold(padEnd(name, names))}  `, oneLine(declaration.summary) + own, view);
  });
  return [...lines, ''].join('\n');
};

/** What `stemma stages TYPE` prints: all of its stage.json, in words. Ends with a line end. */
export const renderStageType = (type: StageTypeView, view: View): string => {
  const { name, origin, declaration } = type;
  const from = origin === 'project' ? ', of this project' : '';
  const { deps = {}, outs = {}, params } = declaration;
  const title = `${view.paint.bold(name)} (version ${declaration.version}${from})`;
  return [
    title,
    ...hang('  ', oneLine(declaration.summary), view),
    ...traits(declaration).flatMap((trait) => hang('  ', trait, view)),
    ...block('deps', Object.entries(deps).map(depEntry), view),
    ...block('outs', Object.entries(outs).map(outEntry), view),
    ...block('params', params === undefined ? [] : paramRows(params as JsonObject).map(paramEntry), view),
    '',
  ].join('\n');
};

/** A name, what can be said of it in some words, and its description. */
interface Entry {
  readonly name: string;
  readonly words: string;
  readonly description: string;
}

const traits = ({ seed, objective, upstream, backend }: StageTypeFile): readonly string[] => {
  const reads = [
    seed && 'the seed',
    objective && 'the objective',
    upstream && 'the stages before it',
    backend && 'the backend',
  ].filter(Boolean);
  return reads.length === 0 ? [] : [`Part of its fingerprint, besides deps and params: ${reads.join(', ')}.`];
};

const depEntry = ([name, dep]: [string, NonNullable<StageTypeFile['deps']>[string]]): Entry => ({
  name,
  words: dep.type + (dep.optional === true ? ', optional' : ''),
  description: dep.description,
});

const outEntry = ([name, out]: [string, NonNullable<StageTypeFile['outs']>[string]]): Entry => ({
  name,
  words: `${out.type}, ${out.path}${out.if === undefined ? '' : `, where dep ${out.if} is given`}`,
  description: out.description,
});

const paramEntry = (row: ParamRow): Entry => {
  const given = row.default !== undefined ? `default ${JSON.stringify(row.default)}` : row.required ? 'required' : '';
  const words = [row.type, given, row.when].filter((word) => word !== '').join('; ');
  return { name: row.name, words, description: row.description };
};

const block = (title: string, entries: readonly Entry[], view: View): readonly string[] => {
  const names = Math.min(28, Math.max(0, ...entries.map(({ name }) => widthOf(name))));
  const lines = entries.flatMap(({ name, words, description }) => [
    ...hang(`  ${view.paint.cyan(padEnd(name, names))}  `, words, view),
    ...(description === '' ? [] : hang(' '.repeat(names + 4), description, view)),
  ]);
  return entries.length === 0 ? [] : ['', title, ...lines];
};

/** `text` after `head`, and below its own beginning where it takes more lines. */
const hang = (head: string, text: string, { columns }: View): readonly string[] => {
  const indent = widthOf(head);
  const [first = '', ...rest] = wrap(text, Math.max(24, columns - indent));
  return [head + first, ...rest.map((line) => ' '.repeat(indent) + line)];
};
