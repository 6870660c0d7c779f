import { type Entity, entity, referAll } from './entity.ts';

/** The contexts of the profiles' version 0.5, by reference, and the one term that they lack. */
export const context = [
  'https://w3id.org/ro/crate/1.1/context',
  'https://w3id.org/ro/terms/workflow-run/context',
  { sha256: 'http://schema.org/sha256' },
] as const;

const roCrate = { '@id': 'https://w3id.org/ro/crate/1.1' };

const workflowRoCrate = profile('https://w3id.org/workflowhub/workflow-ro-crate/1.0', 'Workflow RO-Crate');

/** What a crate of ours conforms to: the run of a workflow, with the runs of its steps. */
export const profiles: readonly Entity[] = [
  profile('https://w3id.org/ro/wfrun/process/0.5', 'Process Run Crate'),
  profile('https://w3id.org/ro/wfrun/workflow/0.5', 'Workflow Run Crate'),
  profile('https://w3id.org/ro/wfrun/provenance/0.5', 'Provenance Run Crate'),
  workflowRoCrate,
];

export const metadataFile = 'ro-crate-metadata.json';

export const descriptor: Entity = entity({
  '@id': metadataFile,
  '@type': 'CreativeWork',
  about: { '@id': './' },
  conformsTo: referAll([roCrate, workflowRoCrate]),
});

function profile(id: string, name: string): Entity {
  return { '@id': id, '@type': 'CreativeWork', name, version: id.split('/').at(-1) };
}
