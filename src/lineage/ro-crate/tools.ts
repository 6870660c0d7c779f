import type { ArtifactRecord, StageRunRecord } from '../../types/generated/stage-run.ts';
import type { StageAccount } from '../run-account.ts';
import { commandLine } from '../shell-line.ts';
import { outsIn } from '../stage-account.ts';
import { type Entity, entity, localId, refer, referAll } from './entity.ts';
import { artifactParameter, environmentSlots, paramSlots } from './values.ts';

/** The tool that a stage is executed with, and its slots: the plan, not what happened. */
export const toolEntities = (pipeline: string, stage: StageAccount): readonly Entity[] => {
  const { entry, stageRun } = stage;
  const id = localId('tool', entry.stage);
  if (stageRun === undefined) return [entity({ '@id': id, '@type': 'SoftwareApplication', name: entry.stage })];
  const inputs = stageRun.inputs.map((input) => artifactParameter('input', entry.stage, input));
  const params = paramSlots(entry.stage, stageRun).map(({ parameter }) => parameter);
  const outputs = outsIn(pipeline, stage).map((out) => artifactParameter('output', entry.stage, out));
  const environment = environmentSlots(entry.stage, stageRun).map(({ parameter }) => parameter);
  const tool = entity({
    '@id': id,
    '@type': 'SoftwareApplication',
    ...namesOf(entry.stage, stageRun),
    input: referAll([...inputs, ...params]),
    output: referAll(outputs),
    environment: referAll(environment),
  });
  return [tool, ...inputs, ...params, ...outputs, ...environment];
};

const namesOf = (stage: string, { fields }: StageRunRecord) => {
  const { type, version, code } = fields as Readonly<Record<string, string | number | undefined>>;
  if (type === undefined) return { name: stage, description: commandLine(fields) };
  return { name: `stage type ${type}`, softwareVersion: String(version), identifier: code };
};

/** How the engine describes what a stage run did, in one line. */
export const sayExecution = ({ fields }: StageRunRecord): string => {
  const { type, version } = fields;
  return commandLine(fields) ?? `stage type ${type}, version ${version}`;
};

/** A stage's place in the pipeline, and where its inputs come from. `tool` is the stage whose tool it shares. */
export const stepEntities = (
  { entry, stageRun }: StageAccount,
  position: number,
  { tool, sourceOf }: { readonly tool: string; readonly sourceOf: (input: ArtifactRecord) => string | undefined },
): readonly Entity[] => {
  const connections = (stageRun?.inputs ?? []).flatMap((input): Entity[] => {
    const source = sourceOf(input);
    if (source === undefined) return [];
    return [
      {
        '@id': localId('connection', entry.stage, input.name),
        '@type': 'ParameterConnection',
        sourceParameter: { '@id': source },
        targetParameter: refer(artifactParameter('input', tool, input)),
      },
    ];
  });
  const step = entity({
    '@id': localId('step', entry.stage),
    '@type': 'HowToStep',
    name: entry.stage,
    position,
    workExample: { '@id': localId('tool', tool) },
    connection: referAll(connections),
  });
  return [step, ...connections];
};
