import { describe, expect, it } from 'vitest';
import { crateOf } from '../../../src/lineage/ro-crate/crate.ts';
import type { CrateContents } from '../../../src/lineage/ro-crate/data.ts';
import type { Entity } from '../../../src/lineage/ro-crate/entity.ts';
import { localId, pathId } from '../../../src/lineage/ro-crate/entity.ts';
import type { RunAccount } from '../../../src/lineage/run-account.ts';
import { failedAccount, mnistAccount } from '../page-accounts.ts';
import { crateProblems, typesOf } from './profile.ts';

const nothing: CrateContents = { pipelineBytes: undefined, artifacts: new Set(), manifests: new Map(), records: [] };

const everything = ({ stages, digest, record }: RunAccount): CrateContents => ({
  pipelineBytes: 2000,
  artifacts: new Set(stages.flatMap(({ stageRun }) => (stageRun?.outs ?? []).map(({ path }) => path))),
  manifests: new Map(
    stages
      .flatMap(({ stageRun }) => stageRun?.outs ?? [])
      .filter(({ kind }) => kind === 'folder')
      .map((out): [string, number] => [out.digest.slice('sha256:'.length), 900]),
  ),
  records: [{ path: `records-v1/runs/${record.run}.json`, bytes: 4000, digest, of: 'run' }],
});

describe.each([
  ['a run of MNIST, partly restored', mnistAccount],
  ['one in which train failed', failedAccount],
])('the crate of %s', (_, account) => {
  it.each([
    ['without files', nothing],
    ['with files', everything(account)],
  ])('%s is what RO-Crate and its profiles ask for', (_, contents) => {
    expect(crateProblems(crateOf(account, contents))).toEqual([]);
  });
});

it('what is damaged is found', () => {
  const graph = crateOf(mnistAccount, nothing);
  const without = (pick: (entity: Entity) => boolean) => crateProblems(graph.filter((entity) => !pick(entity)));
  const changed = (id: string, change: object) =>
    crateProblems(graph.map((entity) => (entity['@id'] === id ? { ...entity, ...change } : entity)));
  expect(without(({ '@id': id }) => id === '#tool/train')).toContain('#step/train workExample leads nowhere');
  expect(without((entity) => typesOf(entity).includes('HowTo'))).toContain('the main entity is no File');
  expect(changed('./', { license: undefined })).toContain('the root has no license');
  expect(changed('#control/train', { object: { '@id': '#step/train' } })).toContain('#control/train has no execution');
  expect(changed('#param/train/epochs', { '@id': '#a b' })).toContain('#a b is no IRI reference');
});

it.each([
  ['mnist', mnistAccount],
  ['failed', failedAccount],
])('the crate of %s, with files, as it is', async (name, account) => {
  const text = `${JSON.stringify(crateOf(account, everything(account)), null, 1)}\n`;
  await expect(text).toMatchFileSnapshot(`../../fixtures/lineage/ro-crate-${name}.json`);
  expect(JSON.stringify(crateOf(structuredClone(account), everything(account)), null, 1)).toBe(text.trimEnd());
});

it('two stages with one stage run have one tool and one execution, with the outs of both', () => {
  const [ingest] = mnistAccount.stages;
  const twin = { ...ingest!, entry: { ...ingest!.entry, stage: 'twin', state: 'restored' as const } };
  const account: RunAccount = {
    ...mnistAccount,
    record: { ...mnistAccount.record, stages: [ingest!.entry, twin.entry] },
    stages: [ingest!, twin],
  };
  const graph = crateOf(account, everything({ ...account, stages: [ingest!, twin] }));
  expect(crateProblems(graph)).toEqual([]);
  expect(graph.filter(({ '@id': id }) => id.startsWith('#tool/')).map(({ '@id': id }) => id)).toEqual(['#tool/ingest']);
  const execution = graph.find(({ name }) => String(name).startsWith('execution of'))!;
  expect((execution['result'] as unknown[]).length).toBe(2);
  expect(graph.filter((entity) => typesOf(entity).includes('ControlAction')).length).toBe(2);
});

it.each([
  ['a b/50%.png', 'a%20b/50%25.png'],
  ['面试.mp4', '面试.mp4'],
  ['a#b?c=d&e', 'a%23b%3Fc%3Dd%26e'],
  ['c:\\x', 'c%3A%5Cx'],
  ["line\nend'(1)*!", 'line%0Aend%27%281%29%2A%21'],
  ['\ud800', '%EF%BF%BD'],
])('the id of %j is %s', (path, id) => {
  expect(pathId(path)).toBe(id);
  expect(pathId(path, 'folder')).toBe(`${id}/`);
});

it('local ids of different things differ', () => {
  expect(localId('param', 'a', 'b/c')).not.toBe(localId('param', 'a/b', 'c'));
});
