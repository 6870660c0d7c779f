import { suggest } from '../diagnostics/suggest.ts';
import type { Dep } from '../types/pipeline.ts';
import type { Draft, Drafts } from './drafts.ts';
import type { Finding } from './finding.ts';
import { valueAt } from './finding.ts';
import type { DepSite, Resolving } from './resolving.ts';
import { typesFit } from './types-fit.ts';

/** `stage.out`: an out of a stage of the same pipeline. `key`: under which it stands, where the dep is an object. */
export const resolveStageDep = (
  text: string,
  site: DepSite,
  resolving: Resolving,
  key?: 'accepted',
): Dep | undefined => {
  const parts = splitReference(text);
  const problem: Problem | undefined =
    parts === undefined ? badReference(text, resolving) : problemOf(text, { parts, site }, resolving);
  if (problem === undefined) return { kind: 'stage', stage: parts!.stage, out: parts!.out };
  const { within, ...finding } = problem;
  const place = ['stages', site.stage.name, 'deps', site.name, ...(key === undefined ? [] : [key])];
  const spot = valueAt(resolving.document, ...place);
  resolving.report({ ...finding, spot: within === undefined ? spot : { ...spot, within } });
  return undefined;
};

interface Reference {
  readonly stage: string;
  readonly out: string;
}

/** A mistake, and the part of the reference that it is in. */
type Problem = Finding & { readonly within?: { readonly start: number; readonly length: number } };

const problemOf = (
  text: string,
  { parts, site }: { readonly parts: Reference; readonly site: DepSite },
  { drafts }: Resolving,
): Problem | undefined => {
  const stagePart = { start: 0, length: parts.stage.length };
  if (parts.stage === site.stage.name) {
    return { code: 'self-reference', message: `stage "${parts.stage}" refers to an out of its own`, within: stagePart };
  }
  const stage = drafts.get(parts.stage);
  if (stage === undefined) return { ...unknownStage(parts.stage, drafts), within: stagePart };
  const problem = outProblem(stage, parts.out);
  if (problem !== undefined) return { ...problem, within: { start: parts.stage.length + 1, length: parts.out.length } };
  const type = stage.outs?.[parts.out]?.type ?? 'any';
  return typesFit(type, site.wanted) ? undefined : wrongType({ site, from: `"${text}"`, type });
};

/** Takes `stage.out` apart; undefined for what is not of that form. */
export const splitReference = (text: string): Reference | undefined => {
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

const unknownStage = (name: string, drafts: Drafts): Finding => ({
  code: 'unknown-stage',
  message: `there is no stage "${name}"`,
  hint: suggest(name, drafts.keys(), 'stages'),
});

/** What is wrong with a reference to an out of a stage; nothing where its outs cannot be known. */
export const outProblem = (stage: Draft, out: string): Finding | undefined => {
  if (stage.outs === undefined || Object.hasOwn(stage.outs, out)) return undefined;
  const needed = Object.hasOwn(stage.absentOuts, out) ? stage.absentOuts[out] : undefined;
  const message = `stage "${stage.name}" has no out "${out}"`;
  if (needed !== undefined)
    return { code: 'unknown-out', message, hint: `it has one where its dep "${needed}" is given` };
  return { code: 'unknown-out', message, hint: suggest(out, Object.keys(stage.outs), 'its outs') };
};

export const wrongType = (found: { readonly site: DepSite; readonly from: string; readonly type: string }): Finding => {
  const { site, from, type } = found;
  return {
    code: 'wrong-out-type',
    message: `dep "${site.name}" of stage "${site.stage.name}" is of type ${site.wanted}; ${from} is of type ${type}`,
  };
};
