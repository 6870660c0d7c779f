import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, hexOf } from '../../../src/fingerprint/canonical.ts';
import { writeSafetensors } from '../../../src/learn/data/safetensors.ts';
import { bytesOf } from '../../../src/lineage/compare/bytes.ts';
import { compareJson } from '../../../src/lineage/compare/compare-json.ts';
import { weightsIn } from '../../../src/lineage/compare/layers-model.ts';
import { readSafetensors } from '../../../src/lineage/compare/safetensors.ts';
import { openIndexFiles } from '../../../src/lineage/index/files.ts';
import { openIndexSource } from '../../../src/lineage/index/source.ts';
import { readKeptOuts } from '../../../src/lineage/side-by-side/kept-outs.ts';
import { entryOf } from '../../../src/store/cache-entry.ts';
import { openContentStore } from '../../../src/store/content.ts';
import { openContentTable } from '../../../src/store/gc/content-table.ts';
import { readEntries } from '../../../src/store/gc/entries.ts';
import { openHistory } from '../../../src/store/gc/history.ts';
import { openRecords } from '../../../src/store/records.ts';
import { account, artifact, entry, stageRun as recorded } from '../../lineage/accounts.ts';
import { filesBelow } from '../../rig/store.ts';
import { named, type Reader } from './reader.ts';
import { digest, run, runName, stageRun, state } from './records.ts';

// What reads the records of the past: the index, gc, replay.

const sharded = (text: string) => `${hexOf(text).slice(0, 2)}/${hexOf(text).slice(2)}`;
const stageRunFile = (text: string) => `records-v1/stage-runs/${sharded(text)}.json`;

const fillStore = (folder: string): string => {
  const records = openRecords(folder, () => {});
  records.writeRun(() => run);
  records.writeState('p', 's', state);
  records.writeEntry(entryOf(stageRun, digest));
  return records.writeStageRun(stageRun);
};

const readStore = (folder: string): void => {
  const history = openHistory(folder);
  history.update();
  for (const { trees } of readEntries(folder)) for (const tree of trees) openContentTable(folder).tree(tree);
  const source = openIndexSource(folder, () => {});
  for (const name of source.listRuns()) source.readRun(name)?.record.stages.map(({ stage }) => stage);
  for (const path of filesBelow(join(folder, 'records-v1/stage-runs'))) {
    const found = source.readStageRun(`sha256:${path.replace(/\/|\.json/g, '')}`);
    for (const { name } of [...(found?.inputs ?? []), ...(found?.outs ?? [])]) name.slice(1);
  }
};

const sources = ['src/store/gc/history.ts', 'src/store/gc/entries.ts', 'src/lineage/index/source.ts'];

const storeReader = (name: string, file: (stageRun: string) => string, more: Partial<Reader> = {}): Reader => ({
  name: `${name}, as gc and the index read it`,
  sources,
  prepare: (folder) => file(fillStore(folder)),
  read: readStore,
  ...more,
});

const pair = (folder: string) => ({
  recorded: bytesOf(readFileSync(join(folder, 'x'))),
  replayed: bytesOf(Buffer.from('{"a":[1,{"b":null}],"c":"d"}')),
});

export const lineageReaders: readonly Reader[] = [
  storeReader('a run record', () => `records-v1/runs/${runName}.json`),
  storeReader('a state file', () => 'state-v1/p/s.json'),
  storeReader('a cache entry', () => `fingerprints-v1/${sharded(stageRun.fingerprint)}.json`),
  storeReader('a stage-run record', stageRunFile, {
    reseal: (bytes) => ({ path: stageRunFile(digestOf(bytes)), bytes }),
  }),
  {
    name: 'a manifest, as gc reads it',
    sources: ['src/store/gc/content-table.ts'],
    prepare: (folder) => {
      const text = `${hexOf(digest)}  a\n${hexOf(digest)}  b\n`;
      mkdirSync(join(folder, hexOf(digestOf(text)).slice(0, 2)));
      writeFileSync(join(folder, sharded(digestOf(text))), text);
      return sharded(digestOf(text));
    },
    reseal: (bytes) => ({ path: sharded(digestOf(bytes)), bytes }),
    read: (folder) => {
      const table = openContentTable(folder);
      for (const hex of table.hexes) table.tree({ digest: `sha256:${hex}`, kind: 'folder' });
    },
    tells: named('Unreadable'),
  },
  {
    name: 'a file of the lineage index',
    sources: ['src/lineage/index/files.ts'],
    prepare: (folder) => {
      const files = openIndexFiles(join(folder, 'index'), root);
      files.open(part).data.rows.push('row');
      files.changed(part.name);
      files.save();
      return 'index/part.json';
    },
    read: (folder) => {
      const { rows } = openIndexFiles(join(folder, 'index'), root).open(part).data;
      if (rows[0] !== 'row') throw new Error('a damaged index was believed');
    },
    tells: named('DamagedIndex'),
  },
  {
    name: 'JSON that replay compares',
    sources: ['src/lineage/compare/compare-json.ts'],
    prepare: (folder) => {
      writeFileSync(join(folder, 'x'), '{"a":[1,{"b":null}],"c":"d"}');
      return 'x';
    },
    read: (folder) => compareJson(pair(folder)),
  },
  {
    name: 'a model.json that replay compares',
    sources: ['src/lineage/compare/layers-model.ts'],
    prepare: (folder) => {
      const weights = [{ name: 'w', shape: [2, 2], dtype: 'float32' }];
      writeFileSync(join(folder, 'x'), JSON.stringify({ weightsManifest: [{ paths: ['weights.bin'], weights }] }));
      return 'x';
    },
    read: (folder) => weightsIn(readFileSync(join(folder, 'x'), 'utf8'), 'weights.bin')?.places.map(({ to }) => to),
  },
  {
    name: 'safetensors that replay compares',
    sources: ['src/lineage/compare/safetensors.ts'],
    prepare: async (folder) => {
      await writeSafetensors(join(folder, 'x'), new Map([['w', { shape: [2], data: Float32Array.of(1, 2) }]]));
      return 'x';
    },
    read: (folder) => {
      const bytes = bytesOf(readFileSync(join(folder, 'x')));
      for (const { to } of readSafetensors(bytes)?.places ?? [])
        if (to > bytes.size) throw new Error('a tensor beyond the end of its file');
    },
  },
  {
    name: 'a history that runs side by side are drawn from',
    sources: ['src/lineage/side-by-side/kept-outs.ts'],
    prepare: async (folder) => {
      const [epoch, best] = [
        { epoch: 1, rate: 0.1, loss: 1 },
        { epoch: 1, monitor: 'loss', mode: 'min', value: 1 },
      ];
      const history = { format: 'stemma-history-v1', epochs: [epoch], best, kept: 1, stopped: 'finished' };
      writeFileSync(join(folder, 'history.json'), JSON.stringify(history));
      await openContentStore(join(folder, 'content-v1')).put(join(folder, 'history.json'));
      return contentIn(folder).path;
    },
    reseal: (bytes) => ({ path: `content-v1/${sharded(digestOf(bytes))}`, bytes }),
    read: async (folder) => {
      const out = { ...artifact('history', ''), path: 'history.json', digest: contentIn(folder).digest };
      const stage = { entry: entry('train'), stageRun: recorded('train', { outs: [out] }) };
      const content = openContentStore(join(folder, 'content-v1'));
      const kept = await readKeptOuts(account([stage]), { content, beside: join(folder, 'compared') });
      for (const { epochs, best } of kept.histories.map((each) => each.content))
        if (epochs.some(({ epoch }) => typeof epoch !== 'number') || typeof best.monitor !== 'string')
          throw new Error('a damaged history was believed');
    },
  },
];

/** The only content of a store in a folder. */
const contentIn = (folder: string): { readonly path: string; readonly digest: string } => {
  const [path = ''] = filesBelow(join(folder, 'content-v1'));
  return { path: `content-v1/${path}`, digest: `sha256:${path.replace('/', '')}` };
};

const root = { name: 'index.json', empty: { format: 'x', files: {} } };
const part = { name: 'part.json', empty: { rows: [] as string[] } };
