import { type Digest, digestJson } from '../fingerprint/canonical.ts';
import type { Pipeline, Stage, UsesStage } from '../types/pipeline.ts';

/** The stage that accepts or refuses what a run has made; a pipeline has at most one. */
export const gateOf = ({ stages }: Pick<Pipeline, 'stages'>): UsesStage | undefined =>
  [...stages.values()].find((stage): stage is UsesStage => stage.kind === 'uses' && stage.type.givesVerdict);

/**
 * What tells one candidate of a gate from another: the models that the gate is given, or without one all that it is
 * given. So a model whose evaluation alone is made anew is still the same candidate.
 *
 * @param inputs digests of the gate's deps by name, those of accepted runs left out.
 */
export const candidateOf = (
  gate: Stage,
  inputs: ReadonlyMap<string, Digest>,
  { stages }: Pick<Pipeline, 'stages'>,
): Digest => {
  const isModel = (name: string): boolean => {
    const dep = gate.deps[name];
    return dep?.kind === 'stage' && stages.get(dep.stage)?.outs[dep.out]?.type === 'model';
  };
  const models = [...inputs.keys()].filter(isModel);
  const chosen = models.length > 0 ? models : [...inputs.keys()];
  return digestJson([...new Set(chosen.map((name) => inputs.get(name)!))].sort());
};
