import type { RunRecord } from '../../types/generated/run.ts';
import type { ArtifactRecord, StageRunRecord } from '../../types/generated/stage-run.ts';
import type { RunAccount, StageAccount } from '../run-account.ts';
import { shellLine } from '../shell-line.ts';
import { outsIn, ranHere } from '../stage-account.ts';
import { uuidOf } from '../uuid.ts';
import { artifactId, type CrateContents } from './data.ts';
import { type Entity, entity, localId, type Reference, refer, referAll } from './entity.ts';
import type { CratePlan } from './plan.ts';
import { sayExecution } from './tools.ts';
import { environmentSlots, metricEntities, paramSlots, seedSlot } from './values.ts';

export interface ActionContext {
  readonly account: RunAccount;
  readonly contents: CrateContents;
  readonly plan: CratePlan;
  readonly workflow: Reference;
  readonly engine: Reference;
}

export const runActionId = ({ digest }: Pick<RunAccount, 'digest'>): string => `urn:uuid:${uuidOf('run', digest)}`;
export const stageRunId = (stageRun: string): string => `urn:uuid:${uuidOf('stage run', stageRun)}`;

/** What happened: the run, the stage runs that made its outs, and how the run came by each of them. */
export const actionEntities = (context: ActionContext): { readonly actions: Entity[]; readonly values: Entity[] } => {
  const { stages, record } = context.account;
  const executed = stages.flatMap((stage) => (stage.stageRun ? [{ ...stage, stageRun: stage.stageRun }] : []));
  const owning = executed.filter((stage) => context.plan.toolOf(stage) === stage.entry.stage);
  const params = [
    seedSlot(record.pipeline.seed).value,
    ...owning.flatMap(({ entry, stageRun }) => paramSlots(entry.stage, stageRun).map(({ value }) => value)),
  ];
  const metrics = owning.flatMap(({ entry, stageRun }) => metricEntities(entry.stage, stageRun));
  const environment = owning.flatMap(({ entry, stageRun }) =>
    environmentSlots(entry.stage, stageRun).flatMap(({ value }) => value ?? []),
  );
  const controls = executed.map((stage) => controlAction(stage, context));
  return {
    actions: [
      runAction(context, { params, metrics }),
      ...controls,
      ...organizeAction(context, controls),
      ...owning.map((stage) => stageAction(stage, executed, context)),
    ],
    values: [...params, ...metrics, ...environment],
  };
};

type Executed = StageAccount & { readonly stageRun: StageRunRecord };

const runAction = (
  { account, contents, plan, workflow }: ActionContext,
  { params, metrics }: { readonly params: readonly Entity[]; readonly metrics: readonly Entity[] },
): Entity => {
  const { record, stages } = account;
  const isMade = (input: ArtifactRecord) => plan.sourceOf(input) !== undefined;
  const raw = stages.flatMap(({ stageRun }) => (stageRun?.inputs ?? []).filter((input) => !isMade(input)));
  const outs = stages.flatMap((stage) => outsIn(record.pipeline.name, stage));
  return entity({
    '@id': runActionId(account),
    '@type': 'CreateAction',
    name: `run ${record.run}`,
    description: shellLine(record.command),
    startTime: record.started,
    endTime: record.ended,
    instrument: refer(workflow),
    object: referAll([...artifactRefs(raw, contents), ...params]),
    result: referAll([...artifactRefs(outs, contents), ...metrics]),
    // A run whose candidate was refused has done all that it had to.
    ...statusOf(record.outcome === 'succeeded' || record.outcome === 'refused', errorOf(record)),
  });
};

const errorOf = ({ outcome, stages }: RunRecord): string => {
  if (outcome === 'interrupted') return 'the run was interrupted';
  const failed = stages.filter(({ state }) => state === 'failed').map(({ stage }) => stage);
  return `failed: ${failed.join(', ')}`;
};

/** The execution of a stage's tool: in this run, or in the earlier one that made the outs. */
const stageAction = (stage: Executed, all: readonly Executed[], { account, contents, plan }: ActionContext): Entity => {
  const { stageRun, entry } = stage;
  const tool = plan.toolOf(stage);
  const sharing = all.filter((other) => other.entry.stageRun === entry.stageRun);
  const outs = sharing.flatMap((other) => outsIn(account.record.pipeline.name, other));
  return entity({
    '@id': stageRunId(entry.stageRun!),
    '@type': 'CreateAction',
    name: `execution of ${stageRun.pipeline}.${stageRun.stage} in run ${stageRun.run}`,
    description: sayExecution(stageRun),
    startTime: stageRun.started,
    endTime: stageRun.ended,
    instrument: { '@id': localId('tool', tool) },
    object: referAll([
      ...artifactRefs(stageRun.inputs, contents),
      ...paramSlots(tool, stageRun).map(({ value }) => value),
    ]),
    result: referAll([...artifactRefs(outs, contents), ...metricEntities(tool, stageRun)]),
    environment: referAll(environmentSlots(tool, stageRun).flatMap(({ value }) => value ?? [])),
    ...statusOf(stageRun.state === 'ran', stageRun.failure ?? stageRun.state),
  });
};

/** How the run came by a stage's outs: it executed the stage, or took the outs of an earlier execution. */
const controlAction = (stage: Executed, { account }: ActionContext): Entity => {
  const { entry, stageRun } = stage;
  const here = ranHere(stage, account.record.run);
  return entity({
    '@id': localId('control', entry.stage),
    '@type': 'ControlAction',
    name: `${entry.stage}: ${entry.state}`,
    description: entry.because.join('; ') || undefined,
    startTime: here ? stageRun.started : undefined,
    endTime: here ? stageRun.ended : undefined,
    instrument: { '@id': localId('step', entry.stage) },
    object: { '@id': stageRunId(entry.stageRun!) },
    ...statusOf(['ran', 'restored', 'up to date'].includes(entry.state), stageRun.failure ?? entry.state),
  });
};

/** Absent where nothing was orchestrated: its `object` would be empty, which it must not be. */
const organizeAction = ({ account, engine }: ActionContext, controls: readonly Entity[]): Entity[] => {
  if (controls.length === 0) return [];
  const { record } = account;
  return [
    {
      '@id': '#organize',
      '@type': 'OrganizeAction',
      name: `Stemma ${record.host.stemma}`,
      startTime: record.started,
      endTime: record.ended,
      instrument: refer(engine),
      object: referAll(controls),
      result: { '@id': runActionId(account) },
    },
  ];
};

const artifactRefs = (artifacts: readonly ArtifactRecord[], contents: CrateContents): Reference[] =>
  artifacts.map((artifact) => ({ '@id': artifactId(artifact, contents) }));

const statusOf = (completed: boolean, error: string) =>
  completed
    ? { actionStatus: { '@id': 'http://schema.org/CompletedActionStatus' } }
    : { actionStatus: { '@id': 'http://schema.org/FailedActionStatus' }, error };
