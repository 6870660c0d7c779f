import { suggest } from '../diagnostics/suggest.ts';
import type { Dep } from '../types/pipeline.ts';
import type { DepSite } from './deps.ts';
import type { Draft } from './drafts.ts';
import type { Finding } from './finding.ts';
import { valueAt } from './finding.ts';
import type { Resolving } from './resolving.ts';
import { typesFit } from './types-fit.ts';

/** `stage.out`: an out of a stage of the same pipeline. */
export const resolveStageDep = (text: string, site: DepSite, resolving: Resolving): Dep | undefined => {
  const parts = splitReference(text);
  const tell = (finding: Finding & { readonly part?: 'stage' | 'out' }): undefined => {
    const { part, ...rest } = finding;
    const spot = valueAt(resolving.document, 'stages', site.stage.name, 'deps', site.name);
    const stageLength = parts?.stage.length ?? 0;
    const within =
      part === undefined
        ? {}
        : { within: part === 'stage' ? { start: 0, length: stageLength } : { start: stageLength + 1, length: text.length - stageLength - 1 } };
    resolving.report({ ...rest, spot: { ...spot, ...within } as typeof spot });
  };
  if (parts === undefined) return tell(badReference(text, resolving));
  if (parts.stage === site.stage.name) {
    return tell({ code: 'self-reference', message: `stage "${parts.stage}" refers to an out of its own`, part: 'stage' });
  }
  const stage = resolving.drafts.get(parts.stage);
  if (stage === undefined) return tell({ ...unknownStage(parts.stage, resolving), part: 'stage' });
  const problem = outProblem(stage, parts.out);
  if (problem !== undefined) return tell({ ...problem, part: 'out' });
  const type = stage.outs?.[parts.out]?.type ?? 'any';
  if (!typesFit(type, site.wanted)) return tell(wrongType({ site, from: `"${text}"`, type }));
  return { kind: 'stage', ...parts };
};

/** Takes `stage.out` apart; undefined for what is not of that form. */
export const splitReference = (text: string): { readonly stage: string; readonly out: string } | undefined => {
  const match = /^([a-z][a-z0-9_-]*)\.([a-z][a-z0-9_-]*)$/i.exec(text);
  return match === null ? undefined : { stage: match[1]!, out: match[2]! };
};

const badReference = (text: string, { drafts, probe }: Resolving): Finding => {
  const outs = Object.keys(drafts.get(text)?.outs ?? {});
  const isFile = text.includes('/') || ['file', 'folder'].includes(probe.look(text).kind);
  const hint =
    outs.length > 0
      ? `name one of its outs: ${outs.map((out) => `"${text}.${out}"`).join(', ')}`
      : isFile
        ? `for files, write { "path": ${JSON.stringify(text)} }`
        : 'write "stage.out", as "split.train"';
  return { code: 'bad-reference', message: `"${text}" is not of the form "stage.out"`, hint };
};

const unknownStage = (name: string, { drafts }: Resolving): Finding => ({
  code: 'unknown-stage',
  message: `there is no stage "${name}"`,
  hint: suggest(name, drafts.keys(), 'stages'),
});

/** What is wrong with a reference to an out of a stage; nothing where its outs cannot be known. */
export const outProblem = (stage: Draft, out: string): Finding | undefined => {
  if (stage.outs === undefined || Object.hasOwn(stage.outs, out)) return undefined;
  const needed = Object.hasOwn(stage.absentOuts, out) ? stage.absentOuts[out] : undefined;
  const message = `stage "${stage.name}" has no out "${out}"`;
  if (needed !== undefined) return { code: 'unknown-out', message, hint: `it has one where its dep "${needed}" is given` };
  return { code: 'unknown-out', message, hint: suggest(out, Object.keys(stage.outs), 'its outs') };
};

export const wrongType = (found: { readonly site: DepSite; readonly from: string; readonly type: string }): Finding => {
  const { site, from, type } = found;
  return {
    code: 'wrong-out-type',
    message: `dep "${site.name}" of stage "${site.stage.name}" is a ${site.wanted}; ${from} is a ${type}`,
  };
};
