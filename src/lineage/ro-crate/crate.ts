import type { RunAccount } from '../run-account.ts';
import { actionEntities } from './actions.ts';
import { artifactEntities, type CrateContents } from './data.ts';
import { distinct, type Entity, localId, type Reference } from './entity.ts';
import { type CratePlan, planCrate } from './plan.ts';
import { descriptor, profiles } from './profiles.ts';
import { stepEntities, toolEntities } from './tools.ts';
import { paramSlots, seedSlot } from './values.ts';
import { engineEntities, recordEntity, rootEntity, workflowEntity } from './workflow.ts';

/**
 * A recorded run as the graph of a Workflow Run RO-Crate, in the shape of the Provenance Run Crate profile 0.5.
 * All of it is from the records: what they do not know, as who ran it and under which licence, is not made up.
 */
export const crateOf = (account: RunAccount, contents: CrateContents): readonly Entity[] => {
  const { record, stages } = account;
  const plan = planCrate(account);
  const owning = stages.filter((stage) => plan.toolOf(stage) === stage.entry.stage);
  const seed = seedSlot(record.pipeline.seed).parameter;
  const tools = owning.flatMap((stage) => toolEntities(record.pipeline.name, stage));
  const steps = stages.flatMap((stage, position) =>
    stepEntities(stage, position, { tool: plan.toolOf(stage), sourceOf: plan.sourceOf }),
  );
  const data = plan.artifacts.flatMap(({ artifact, slots }) =>
    artifactEntities(
      artifact,
      contents,
      slots.map((slot) => ({ '@id': slot })),
    ),
  );
  const records = contents.records.map((each) => recordEntity(each, account));
  const engine = engineEntities(account);
  const slots = { inputs: [seed, ...inputSlots(account, plan)], outputs: outputSlots(plan) };
  const workflow = workflowEntity(account, contents, { tools, steps, ...slots });
  const { actions, values } = actionEntities({ account, contents, plan, workflow, engine: engine[0] });
  const root = rootEntity(account, { workflow, data: [...data, ...records], actions });
  const above = [descriptor, root, ...profiles, workflow, ...engine, seed];
  return distinct([...above, ...tools, ...steps, ...actions, ...data, ...values, ...records]);
};

/** The slots of the pipeline as a whole: what comes from outside, and every param, since `--set` reaches them all. */
const inputSlots = ({ stages }: RunAccount, { sourceOf, toolOf }: CratePlan): readonly Reference[] =>
  stages.flatMap((stage) => {
    if (stage.stageRun === undefined) return [];
    const tool = toolOf(stage);
    const raw = stage.stageRun.inputs.filter((input) => sourceOf(input) === undefined);
    return [
      ...raw.map(({ name }) => ({ '@id': localId('input', tool, name) })),
      ...paramSlots(tool, stage.stageRun).map(({ parameter }) => parameter),
    ];
  });

/** Every out is kept and can be asked for, so every out is one of the pipeline's. */
const outputSlots = ({ artifacts }: CratePlan): readonly Reference[] =>
  artifacts.flatMap(({ slots }) =>
    slots.filter((slot) => slot.startsWith('#output/')).map((slot) => ({ '@id': slot })),
  );
