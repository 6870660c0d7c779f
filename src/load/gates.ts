import type { Stage, UsesStage } from '../types/pipeline.ts';
import { keyAt } from './finding.ts';
import { publishedPaths } from './published.ts';
import type { Resolving } from './resolving.ts';

/** Name of the folder in `artifacts/<pipeline>/` that holds what was accepted last. */
export const acceptedFolder = 'accepted';

/** A pipeline has one gate, which accepts a run as a whole; and what it publishes needs places of its own. */
export const checkGates = (stages: ReadonlyMap<string, Stage>, { document, report }: Resolving): void => {
  const [gate, ...others] = [...stages.values()].filter(isGate);
  if (gate === undefined) return;
  for (const { name } of others)
    report({
      code: 'second-gate',
      message: `stage "${name}" is a second gate, beside "${gate.name}"`,
      hint: `give "${gate.name}" what is to be judged: a run is accepted as a whole`,
      spot: keyAt(document, 'stages', name),
    });
  if (stages.has(acceptedFolder))
    report({
      code: 'name-clash',
      message: `a stage cannot be called "${acceptedFolder}" beside a gate: its folder is that of what is published`,
      spot: keyAt(document, 'stages', acceptedFolder),
    });
  reportSamePlaces(gate, stages, { document, report });
};

const isGate = (stage: Stage): stage is UsesStage => stage.kind === 'uses' && stage.type.givesVerdict;

/** As a dep `gate` that is a JSON file, beside the gate's own gate.json. */
const reportSamePlaces = (
  gate: UsesStage,
  stages: ReadonlyMap<string, Stage>,
  { document, report }: Pick<Resolving, 'document' | 'report'>,
): void => {
  const taken = new Set(['accepted.json', ...Object.values(gate.outs).map(({ path }) => path)]);
  for (const { path, dep } of publishedPaths(gate, (stage) => stages.get(stage)?.outs))
    if (dep !== undefined && taken.has(path))
      report({
        code: 'name-clash',
        message: `dep "${dep}" of gate "${gate.name}" would be published as ${path}, which is taken`,
        hint: 'give it another name',
        spot: keyAt(document, 'stages', gate.name, 'deps', dep),
      });
};
