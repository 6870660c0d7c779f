import type { Digest } from '../fingerprint/canonical.ts';
import { publishedPaths } from '../load/published.ts';
import { candidateOf, gateOf } from '../plan/candidate.ts';
import type { RunRecord } from '../types/generated/run.ts';
import type { Pipeline, UsesStage } from '../types/pipeline.ts';
import type { StageOutcome } from './outcome.ts';

export type RunGate = NonNullable<RunRecord['gate']>;

/**
 * What the pipeline's gate has come to, and what is published if it accepts; undefined where the pipeline has none, or
 * the run did not come to it. Whether the gate was executed now or restored makes no difference.
 */
export const judgeRun = (pipeline: Pipeline, outcomes: readonly StageOutcome[]): RunGate | undefined => {
  const gate = gateOf(pipeline);
  const byStage = new Map(outcomes.map((outcome) => [outcome.stage, outcome]));
  const verdict = gate && byStage.get(gate.name)?.gate;
  if (gate === undefined || verdict === undefined || byStage.get(gate.name)?.outs === undefined) return undefined;
  const reasons = [...verdict.reasons, ...movedInputs(outcomes)];
  return {
    stage: gate.name,
    accepted: verdict.accepted && reasons.length === 0,
    reasons,
    candidate: candidateIn(gate, pipeline, byStage),
    outs: outsOf(gate, pipeline, byStage),
  };
};

/** Nobody knows what such a stage has read: what comes of it is not published. */
const movedInputs = (outcomes: readonly StageOutcome[]): readonly string[] =>
  outcomes.flatMap(({ stage, uncached }) => (uncached === undefined ? [] : [`stage "${stage}": ${uncached}`]));

type ByStage = ReadonlyMap<string, StageOutcome>;

/** As the planner has it, for all that the gate read of this run. */
const candidateIn = (gate: UsesStage, pipeline: Pipeline, byStage: ByStage): Digest => {
  const digests = Object.entries(gate.deps).flatMap(([name, dep]): [string, Digest][] => {
    const tree = dep.kind === 'stage' ? byStage.get(dep.stage)?.outs?.[dep.out] : undefined;
    return tree === undefined ? [] : [[name, tree.digest]];
  });
  return candidateOf(gate, new Map(digests), pipeline);
};

const outsOf = (gate: UsesStage, pipeline: Pipeline, byStage: ByStage): RunGate['outs'] =>
  publishedPaths(gate, (stage) => pipeline.stages.get(stage)?.outs)
    .map(({ path, stage, out }) => {
      const { digest, kind, bytes, files } = byStage.get(stage)!.outs![out]!;
      return { path, from: `${stage}.${out}`, digest, kind, bytes, ...(files !== undefined && { files }) };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
