import type { PipelineDep } from '../types/generated/pipeline-file.ts';
import type { Dep } from '../types/pipeline.ts';
import { resolveStageDep } from './dep-stage.ts';
import { valueAt } from './finding.ts';
import type { DepSite, Resolving } from './resolving.ts';

/**
 * `{ "accepted": "stage.out" }`: an out of the pipeline's last accepted run. For a gate alone: anything else would go by
 * what was judged on test.
 */
export const resolveAcceptedDep = (
  { accepted }: { readonly accepted: string },
  site: DepSite,
  resolving: Resolving,
): Dep | undefined => {
  const { stage, name } = site;
  if (stage.type?.declaration.deps?.[name]?.accepted !== true) {
    const spot = valueAt(resolving.document, 'stages', stage.name, 'deps', name);
    const message = `dep "${name}" of stage "${stage.name}" cannot be of an accepted run: a gate alone may go by what was judged on test`;
    resolving.report({ code: 'misplaced-accepted', message, spot });
    return undefined;
  }
  const dep = resolveStageDep(accepted, site, resolving, 'accepted');
  return dep?.kind === 'stage' ? { kind: 'accepted', stage: dep.stage, out: dep.out } : undefined;
};

/** Reports an out of this very run where one of an accepted run is asked for: a gate would hold a candidate against itself. */
export const refusesThisRun = (
  dep: PipelineDep,
  { stage, name }: DepSite,
  { document, report }: Resolving,
): boolean => {
  if (typeof dep !== 'string' || stage.type?.declaration.deps?.[name]?.accepted !== true) return false;
  const message = `dep "${name}" of stage "${stage.name}" is of an accepted run, and "${dep}" is of this one`;
  const hint = `write { "accepted": "${dep}" }`;
  report({ code: 'misplaced-accepted', message, hint, spot: valueAt(document, 'stages', stage.name, 'deps', name) });
  return true;
};
