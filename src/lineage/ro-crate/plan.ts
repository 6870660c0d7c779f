import type { ArtifactRecord } from '../../types/generated/stage-run.ts';
import type { RunAccount, StageAccount } from '../run-account.ts';
import { outsIn } from '../stage-account.ts';
import { localId } from './entity.ts';

/** What several parts of a crate have to agree on. */
export interface CratePlan {
  /** The stage whose tool a stage shares: stages with one stage run have one tool. */
  readonly toolOf: (stage: StageAccount) => string;
  /** Id of the parameter that an input of a stage comes from; undefined where no stage of the run made it. */
  readonly sourceOf: (input: ArtifactRecord) => string | undefined;
  /** Every file and folder that was read or made, once, with the ids of the parameters that it realizes. */
  readonly artifacts: readonly { readonly artifact: ArtifactRecord; readonly slots: readonly string[] }[];
}

export const planCrate = ({ record, stages }: RunAccount): CratePlan => {
  const pipeline = record.pipeline.name;
  const owners = new Map<string, string>();
  for (const { entry } of stages)
    if (entry.stageRun !== undefined && !owners.has(entry.stageRun)) owners.set(entry.stageRun, entry.stage);
  const toolOf = ({ entry }: StageAccount) => owners.get(entry.stageRun ?? '') ?? entry.stage;

  const artifacts = new Map<string, { artifact: ArtifactRecord; slots: Set<string> }>();
  const add = (artifact: ArtifactRecord, slot: string) => {
    const key = keyOf(artifact);
    const known = artifacts.get(key);
    if (known === undefined) artifacts.set(key, { artifact, slots: new Set([slot]) });
    else known.slots.add(slot);
  };
  // Outs first: their records know the type of what is an input elsewhere.
  const sources = new Map<string, string>();
  for (const stage of stages)
    for (const out of outsIn(pipeline, stage)) {
      const slot = localId('output', toolOf(stage), out.name);
      sources.set(keyOf(out), slot);
      add(out, slot);
    }
  for (const stage of stages)
    for (const input of stage.stageRun?.inputs ?? []) add(input, localId('input', toolOf(stage), input.name));

  return {
    toolOf,
    sourceOf: (input) => sources.get(keyOf(input)),
    artifacts: [...artifacts.values()].map(({ artifact, slots }) => ({ artifact, slots: [...slots] })),
  };
};

const keyOf = ({ path, digest }: ArtifactRecord): string => `${digest} ${path}`;
