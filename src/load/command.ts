import { suggest } from '../diagnostics/suggest.ts';
import type { PipelineCommand } from '../types/generated/pipeline.ts';
import type { Json, JsonObject } from '../types/json.ts';
import type { Draft } from './drafts.ts';
import { isRecord } from './drafts.ts';
import type { JsonPath, Spot } from './finding.ts';
import { projectPath } from './probe.ts';
import type { Resolving } from './resolving.ts';
import { parseTemplate } from './template.ts';

/** Reports placeholders of a command that name no dep, out or param of its stage. */
export const checkPlaceholders = (stage: Draft, resolving: Resolving): void => {
  const run = stage.json.run!;
  const words: readonly (readonly [string, JsonPath])[] =
    typeof run === 'string' ? [[run, ['run']]] : run.map((word, index) => [word, ['run', index]]);
  for (const [word, path] of words) {
    for (const part of parseTemplate(word)) {
      if (part.kind === 'text' || isKnown(part.name, stage)) continue;
      const within = { start: part.start, length: part.name.length + 2 };
      const spot: Spot = { kind: 'json', document: resolving.document, path: ['stages', stage.name, ...path], target: 'value', within };
      resolving.report({ code: 'unknown-placeholder', message: whatIsMissing(part.name, stage), hint: hintFor(part.name, stage), spot });
    }
  }
};

const isKnown = (name: string, stage: Draft): boolean => {
  const [kind, ...keys] = name.split('.');
  if (kind === 'params') return keys.length > 0 && paramAt(stage.json.params as JsonObject | undefined, keys) !== undefined;
  if ((kind !== 'deps' && kind !== 'outs') || keys.length !== 1) return false;
  const names: unknown = stage.json[kind];
  // What has a mistake of its own is told about there.
  return names !== undefined && (!isRecord(names) || Object.hasOwn(names, keys[0]!));
};

const paramAt = (params: Json | undefined, keys: readonly string[]): Json | undefined =>
  keys.reduce<Json | undefined>((value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined), params);

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
  const candidates = words.flatMap((word) => (word.startsWith('-') ? [word.slice(word.indexOf('=') + 1)] : [word]));
  const files = candidates.filter((word) => word !== '' && !word.includes('{') && probe.isProjectFile(word));
  return [...new Set(files.map((word) => projectPath(probe.root, word)!))].sort();
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
