import { suggest } from '../diagnostics/suggest.ts';
import type { PipelineCommand } from '../types/generated/pipeline-file.ts';
import type { Json, JsonObject } from '../types/json.ts';
import type { Draft } from './drafts.ts';
import type { JsonPath, Spot } from './finding.ts';
import { isRecord } from './is-record.ts';
import { projectPath } from './probe.ts';
import type { Resolving } from './resolving.ts';
import { parseTemplate } from './template.ts';

/** Reports placeholders of a command that name no dep, out or param of its stage. */
export const checkPlaceholders = (stage: Draft, resolving: Resolving): void => {
  const run = stage.json.run!;
  if (typeof run === 'string') checkWord(run, { stage, path: ['run'] }, resolving);
  else for (const [index, word] of run.entries()) checkWord(word, { stage, path: ['run', index] }, resolving);
};

const checkWord = (
  word: string,
  { stage, path }: { readonly stage: Draft; readonly path: JsonPath },
  resolving: Resolving,
): void => {
  if (!word.includes('{')) return;
  for (const part of parseTemplate(word)) {
    if (part.kind === 'text' || isKnown(part.name, stage)) continue;
    const within = { start: part.start, length: part.name.length + 2 };
    const spot: Spot = {
      kind: 'json',
      document: resolving.document,
      path: ['stages', stage.name, ...path],
      target: 'value',
      within,
    };
    resolving.report({
      code: 'unknown-placeholder',
      message: whatIsMissing(part.name, stage),
      hint: hintFor(part.name, stage),
      spot,
    });
  }
};

const isKnown = (name: string, { json }: Draft): boolean => {
  const dot = name.indexOf('.');
  const kind = name.slice(0, dot);
  const key = name.slice(dot + 1);
  if (kind === 'params') return hasParam(json.params as JsonObject | undefined, key);
  if (kind !== 'deps' && kind !== 'outs') return false;
  const names: unknown = json[kind];
  // What has a mistake of its own is told about there.
  return names !== undefined && (!isRecord(names) || Object.hasOwn(names, key));
};

const hasParam = (params: Json | undefined, key: string): boolean => {
  if (!isRecord(params)) return params !== undefined;
  if (Object.hasOwn(params, key)) return true;
  const dot = key.indexOf('.');
  const inner = key.slice(0, dot);
  return (
    dot !== -1 && Object.hasOwn(params, inner) && isRecord(params[inner]) && hasParam(params[inner], key.slice(dot + 1))
  );
};

const whatIsMissing = (name: string, stage: Draft): string => {
  const [kind, ...keys] = name.split('.');
  const noun = kind === 'params' ? 'param' : kind === 'deps' ? 'dep' : kind === 'outs' ? 'out' : undefined;
  if (noun === undefined || keys.length === 0) return `"{${name}}" names no dep, out or param`;
  return `stage "${stage.name}" has no ${noun} "${keys.join('.')}"`;
};

const hintFor = (name: string, stage: Draft): string | undefined =>
  suggest(name, placeholdersOf(stage)) ?? `for the text itself, write {{${name}}}`;

const placeholdersOf = ({ json }: Draft): readonly string[] =>
  (['deps', 'outs', 'params'] as const).flatMap((kind) =>
    isRecord(json[kind]) ? Object.keys(json[kind]).map((name) => `${kind}.${name}`) : [],
  );

/** Project files named in a command, relative to the project, sorted, each once: deps by themselves. */
export const programFilesOf = (run: PipelineCommand, { probe }: Resolving): readonly string[] => {
  const words = typeof run === 'string' ? unquotedWords(run) : run;
  const files = new Set<string>();
  for (const word of words) {
    // Of `--config=x.json`, what follows the equals sign.
    const path = word.startsWith('-') ? word.slice(word.indexOf('=') + 1) : word;
    if (!path.includes('{') && probe.isProjectFile(path)) files.add(projectPath(probe.root, path)!);
  }
  return [...files].sort();
};

/**
 * Words of a shell line that are in no quotes: split at white space and at the shell's operators.
 * The target of `>` is written, and so it is no dep.
 */
const unquotedWords = (line: string): readonly string[] =>
  line
    .replace(/"(?:[^"\\]|\\[\s\S])*"|'[^']*'/g, quotedMark)
    .replace(/>>?\s*[^\s;|&<>()]+/g, ' ')
    .split(/[\s;|&<>()]+/)
    .filter((word) => !word.includes(quotedMark));

const quotedMark = '\0';
