import type { PipelineFile } from '../../types/generated/pipeline-file.ts';
import { readPipeline } from '../dep-pipeline.ts';
import type { Drafts } from '../drafts.ts';
import { keyAt } from '../finding.ts';
import type { Resolving } from '../resolving.ts';
import { findLeaks } from './analyse.ts';
import { declaredOf, flowOf } from './draft-flow.ts';
import { explainLeaks } from './explain.ts';
import { explainSteps } from './explain-steps.ts';
import type { FlowPipeline } from './flow.ts';
import { followSteps } from './steps.ts';

/**
 * Reports every way by which a fit, a choice or altered rows reach what they are judged on, by what the stages declare
 * of their outs; and rows that were prepared otherwise than those they are held against. Nothing is read but the files of
 * pipelines and stage types. Other mistakes of the pipeline do not hinder it: a reference that leads nowhere leads no row.
 */
export const checkLeakage = async (resolving: Resolving): Promise<void> => {
  const { drafts, pipeline, document, report } = resolving;
  checkDiagnosis(resolving);
  if (![...drafts.values()].some(learns)) return;
  const flow = flowOf(drafts, { name: pipeline, seed: seedOf(document.value) });
  const others = await otherPipelines(flow, resolving);
  const leaks = explainLeaks(findLeaks(flow, others), pipeline, document);
  for (const finding of leaks) report(finding);
  // Rows that are wrong are prepared otherwise as a rule: that is told where no leak is.
  if (leaks.length > 0) return;
  for (const finding of explainSteps({ ...followSteps(flow, drafts), flow }, document)) report(finding);
};

/** Whether a stage makes anything that could learn, judge or alter: without one there is no leak. */
const learns = (draft: Drafts extends ReadonlyMap<string, infer Draft> ? Draft : never): boolean =>
  Object.keys(draft.outs ?? {}).some((out) => {
    const { fitted_on, chosen_on, judged_on, altered } = declaredOf(draft, out);
    return (fitted_on ?? chosen_on ?? judged_on ?? altered) !== undefined;
  });

/** A word without effect is refused, as any other key without effect. */
const checkDiagnosis = ({ drafts, document, report }: Resolving): void => {
  for (const draft of drafts.values()) {
    if (draft.json.diagnosis !== true || draft.outs === undefined) continue;
    if (Object.keys(draft.outs).some((out) => declaredOf(draft, out).judged_on !== undefined)) continue;
    const message = `"diagnosis" has no effect on stage "${draft.name}": none of its outs is judged on anything`;
    report({ code: 'misplaced-key', message, spot: keyAt(document, 'stages', draft.name, 'diagnosis') });
  }
};

/** All pipelines that a pipeline takes outs from, and those that they do. One that cannot be read is left out. */
const otherPipelines = async (
  flow: FlowPipeline,
  { project }: Resolving,
): Promise<ReadonlyMap<string, FlowPipeline>> => {
  const found = new Map<string, FlowPipeline>();
  const asked = [...pipelinesOf(flow)];
  for (const name of asked) {
    const read = found.has(name) || name === flow.name ? undefined : await readPipeline(name, project);
    if (read === undefined) continue;
    const other = flowOf(read.drafts, { name, seed: seedOf(read.document.value) });
    found.set(name, other);
    asked.push(...pipelinesOf(other));
  }
  return found;
};

const pipelinesOf = ({ stages }: FlowPipeline): readonly string[] =>
  [...stages.values()].flatMap(({ deps }) =>
    Object.values(deps).flatMap((dep) => (dep.kind === 'pipeline' ? [dep.pipeline] : [])),
  );

const seedOf = (value: unknown): number => (value as Partial<PipelineFile>).seed ?? defaultSeed;

/** As the schema says. */
const defaultSeed = 1337;
