import { suggest } from '../diagnostics/suggest.ts';
import { isGlob } from './dep-path.ts';
import { splitReference } from './dep-stage.ts';
import type { Draft } from './drafts.ts';
import type { Finding } from './finding.ts';
import { valueAt } from './finding.ts';
import { isRecord } from './is-record.ts';
import type { Resolving } from './resolving.ts';
import { parseTemplate } from './template.ts';
import { shapeOf } from './types-fit.ts';

/** Reports a `stdin` that names no dep which can be a file, and a `stdout` that names no out which is free for it. */
export const checkStreams = (stage: Draft, resolving: Resolving): void => {
  const { stdin, stdout } = stage.json;
  if (typeof stdin === 'string') tell('stdin', inputProblem(stdin, stage, resolving), stage, resolving);
  if (typeof stdout === 'string') tell('stdout', outputProblem(stdout, stage), stage, resolving);
};

type Problem = Pick<Finding, 'message' | 'hint'>;

const tell = (key: string, problem: Problem | undefined, { name }: Draft, { document, report }: Resolving): void => {
  if (problem !== undefined) report({ code: 'bad-stream', ...problem, spot: valueAt(document, 'stages', name, key) });
};

const inputProblem = (name: string, { json, name: stage }: Draft, resolving: Resolving): Problem | undefined => {
  const deps = isRecord(json.deps) ? json.deps : {};
  if (!Object.hasOwn(deps, name))
    return {
      message: `stage "${stage}" has no dep "${name}" for its standard input`,
      hint: suggest(name, Object.keys(deps), 'its deps'),
    };
  return isFolder(deps[name], resolving)
    ? { message: `dep "${name}" is a folder: only a file can be the standard input` }
    : undefined;
};

/** As far as it can be known before anything runs. */
const isFolder = (dep: unknown, { drafts, probe }: Resolving): boolean => {
  if (typeof dep === 'string') {
    const reference = splitReference(dep);
    const type = reference && drafts.get(reference.stage)?.outs?.[reference.out]?.type;
    return type !== undefined && shapeOf(type) === 'folder';
  }
  if (!isRecord(dep) || typeof dep['path'] !== 'string' || dep['package'] !== undefined) return false;
  const { kind } = probe.look(dep['path']);
  return kind === 'folder' || (kind === 'missing' && isGlob(dep['path']));
};

const outputProblem = (name: string, { json, name: stage, outs }: Draft): Problem | undefined => {
  if (outs === undefined) return undefined;
  const out = Object.hasOwn(outs, name) ? outs[name]! : undefined;
  if (out === undefined)
    return {
      message: `stage "${stage}" has no out "${name}" for its standard output`,
      hint: suggest(name, Object.keys(outs), 'its outs'),
    };
  if (shapeOf(out.type) === 'folder')
    return { message: `out "${name}" is a folder: only a file can be the standard output` };
  const words = typeof json.run === 'string' ? [json.run] : Array.isArray(json.run) ? json.run : [];
  return words.some((word) => typeof word === 'string' && names(word, `outs.${name}`))
    ? {
        message: `out "${name}" is written by the standard output, and "run" names it too`,
        hint: `take {outs.${name}} out of "run", or "stdout" away`,
      }
    : undefined;
};

const names = (word: string, placeholder: string): boolean =>
  word.includes('{') && parseTemplate(word).some((part) => part.kind !== 'text' && part.name === placeholder);
