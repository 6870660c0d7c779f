import { suggest } from '../diagnostics/suggest.ts';
import { depsNamedIn } from './declared-rows.ts';
import type { Draft } from './drafts.ts';
import type { Spot } from './finding.ts';
import { valueAt } from './finding.ts';
import { isRecord } from './is-record.ts';
import { areNested, fold, isInnerPath } from './probe.ts';
import type { Resolving } from './resolving.ts';

/** Reports outs of a command that lie outside the stage's folder, and those whose path another out has or lies in. */
export const checkOuts = (stage: Draft, { document, report }: Resolving): void => {
  const claims: Claim[] = [];
  for (const [name, { path }] of Object.entries(stage.outs ?? {})) {
    const spot = spotOf(stage, name, document);
    checkDeclaredDeps(stage, name, { document, report });
    if (!isInnerPath(path)) {
      const hint = `write a path relative to the stage's own folder, as "${name}.json"`;
      report({
        code: 'outside-project',
        message: `out "${name}" is not inside the stage's folder: "${path}"`,
        hint,
        spot,
      });
      continue;
    }
    const other = claims.find((claim) => areNested(claim.path, path));
    if (other !== undefined) report({ code: 'out-claimed-twice', message: claimedTwice({ name, path }, other), spot });
    claims.push({ name, path });
  }
};

/** What an out says of rows names deps of its stage. */
const checkDeclaredDeps = (
  { name: stage, json, kind }: Draft,
  out: string,
  { document, report }: Pick<Resolving, 'document' | 'report'>,
): void => {
  const declared: unknown = json.outs?.[out];
  if (!isRecord(declared) || kind !== 'command') return;
  const deps = Object.keys(isRecord(json.deps) ? json.deps : {});
  for (const { key, dep, path } of depsNamedIn(declared)) {
    if (deps.includes(dep)) continue;
    const message = `"${key}" of out "${out}" names "${dep}", which is no dep of stage "${stage}"`;
    const spot = valueAt(document, 'stages', stage, 'outs', out, ...path);
    report({ code: 'unknown-dep', message, hint: suggest(dep, deps, 'its deps'), spot });
  }
};

interface Claim {
  readonly name: string;
  readonly path: string;
}

const spotOf = (stage: Draft, name: string, document: Resolving['document']): Spot => {
  const out: unknown = stage.json.outs?.[name];
  return valueAt(document, 'stages', stage.name, 'outs', name, ...(isRecord(out) ? ['path'] : []));
};

const claimedTwice = (out: Claim, other: Claim): string => {
  if (fold(out.path) === fold(other.path))
    return `outs "${other.name}" and "${out.name}" are both written to "${out.path}"`;
  const [inner, outer] = out.path.length > other.path.length ? [out, other] : [other, out];
  return `out "${inner.name}" ("${inner.path}") lies in out "${outer.name}" ("${outer.path}")`;
};
