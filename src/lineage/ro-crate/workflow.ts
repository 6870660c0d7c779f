import { hexOf } from '../../fingerprint/canonical.ts';
import type { RunAccount } from '../run-account.ts';
import { uuidOf } from '../uuid.ts';
import { runActionId, stageRunId } from './actions.ts';
import type { CrateContents, CrateRecord } from './data.ts';
import { type Entity, entity, pathId, type Reference, refer, referAll } from './entity.ts';
import { profiles } from './profiles.ts';

export interface WorkflowParts {
  readonly tools: readonly Entity[];
  readonly steps: readonly Entity[];
  readonly inputs: readonly Reference[];
  readonly outputs: readonly Reference[];
}

/** The pipeline's file: the main entity of the crate. */
export const workflowEntity = (
  { record }: RunAccount,
  { pipelineBytes }: CrateContents,
  { tools, steps, inputs, outputs }: WorkflowParts,
): Entity => {
  const { name, file, digest, summary } = record.pipeline;
  const isHere = pipelineBytes !== undefined;
  return entity({
    '@id': isHere ? pathId(file) : `urn:uuid:${uuidOf('artifact', file, digest)}`,
    '@type': ['File', 'SoftwareSourceCode', 'ComputationalWorkflow', 'HowTo'],
    name,
    description: summary,
    alternateName: isHere ? undefined : file,
    identifier: digest,
    sha256: hexOf(digest),
    contentSize: isHere ? String(pipelineBytes) : undefined,
    encodingFormat: 'application/json',
    programmingLanguage: languageOf(record.host.stemma),
    input: referAll(inputs),
    output: referAll(outputs),
    hasPart: referAll(ofType(tools, 'SoftwareApplication')),
    step: referAll(ofType(steps, 'HowToStep')),
  });
};

export const ofType = (entities: readonly Entity[], type: string): readonly Entity[] =>
  entities.filter((each) => each['@type'] === type);

const languageOf = (version: string): Reference => ({
  '@id': `pkg:npm/stemma@${version}#schemas/pipeline.schema.json`,
});

/** What the pipeline is written in, and what ran it. The engine comes first. */
export const engineEntities = ({ record: { host } }: RunAccount): readonly [Entity, ...Entity[]] => {
  const node = `pkg:generic/node@${host.node}`;
  const stemma = `pkg:npm/stemma@${host.stemma}`;
  return [
    {
      '@id': stemma,
      '@type': 'SoftwareApplication',
      name: 'Stemma',
      url: stemma,
      softwareVersion: host.stemma,
      softwareRequirements: { '@id': node },
    },
    {
      '@id': node,
      '@type': 'SoftwareApplication',
      name: 'Node.js',
      url: 'https://nodejs.org/',
      softwareVersion: host.node,
    },
    {
      ...languageOf(host.stemma),
      '@type': 'ComputerLanguage',
      name: 'Stemma pipeline (JSON)',
      url: stemma,
      version: host.stemma,
    },
  ];
};

export const recordEntity = ({ path, bytes, digest, of }: CrateRecord, account: RunAccount): Entity => ({
  '@id': pathId(path),
  '@type': 'File',
  name: path,
  description: of === 'run' ? "Stemma's record of the run" : "Stemma's record of a stage run",
  encodingFormat: 'application/json',
  identifier: digest,
  sha256: hexOf(digest),
  contentSize: String(bytes),
  about: { '@id': of === 'run' ? runActionId(account) : stageRunId(of) },
});

export interface RootParts {
  readonly workflow: Entity;
  /** Files and folders, in the crate or elsewhere. */
  readonly data: readonly Entity[];
  readonly actions: readonly Entity[];
}

export const rootEntity = ({ record }: RunAccount, { workflow, data, actions }: RootParts): Entity =>
  entity({
    '@id': './',
    '@type': 'Dataset',
    name: `${record.pipeline.name}, run ${record.run}`,
    description:
      record.pipeline.summary || `A run of the pipeline ${record.pipeline.name}, with what it read and made.`,
    datePublished: record.ended,
    // RO-Crate wants to be told how the crate may be used. The records do not know, and nobody else is asked.
    license: 'The records of this run name no licence: ask those who made it how its data may be used.',
    conformsTo: referAll(profiles),
    hasPart: referAll([workflow, ...data]),
    mainEntity: refer(workflow),
    mentions: referAll(actions),
  });
