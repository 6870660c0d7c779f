import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { validateHeaderValue } from 'node:http';
import { join } from 'node:path';
import { digestOf, hexOf } from '../../../src/fingerprint/canonical.ts';
import { digestPath } from '../../../src/fingerprint/digest-path.ts';
import { createTable } from '../../../src/fingerprint/file-table.ts';
import { formatManifest, parseManifest } from '../../../src/fingerprint/manifest.ts';
import { decodeTable, encodeTable } from '../../../src/fingerprint/pack-table.ts';
import { sealDifferences, sealFolder } from '../../../src/fingerprint/sealed-folder.ts';
import { openStatCache } from '../../../src/fingerprint/stat-cache.ts';
import { noteValidators, resumable } from '../../../src/run/download/part.ts';
import { isStageMessage } from '../../../src/run/messages.ts';
import { readMetrics } from '../../../src/run/metrics.ts';
import { entryOf } from '../../../src/store/cache-entry.ts';
import { openContentStore } from '../../../src/store/content.ts';
import { openJournal, readJournals } from '../../../src/store/journal.ts';
import { acceptedRuns, keepLedger } from '../../../src/store/ledger.ts';
import { releaseLock, tryLock } from '../../../src/store/lock.ts';
import { openRecords } from '../../../src/store/records.ts';
import { placeTree, putTree, readStoredManifest, removeDamaged } from '../../../src/store/tree.ts';
import type { JournalHead } from '../../../src/types/generated/journal.ts';
import { filesBelow } from '../../rig/store.ts';
import { named, type Reader } from './reader.ts';
import { digest, run, runName, stageRun, state } from './records.ts';

const records = (folder: string) => openRecords(folder, () => {});
const sharded = (text: string) => `${hexOf(text).slice(0, 2)}/${hexOf(text).slice(2)}`;
const cacheOf = (folder: string) => openStatCache(join(folder, 'stat'));
const seal = (bytes: Buffer, path: string) => {
  const body = bytes.subarray('sha256:'.length + 65);
  return { path, bytes: Buffer.concat([Buffer.from(`${digestOf(body)}\n`), body]) };
};

const fillStatCache = async (folder: string, count: number): Promise<void> => {
  const cache = cacheOf(folder);
  mkdirSync(join(folder, 'data'));
  for (let i = 0; i < count; i++) writeFileSync(join(folder, `data/${i}`), `${i}`);
  await digestPath(join(folder, 'data'), cache);
  await digestPath(join(folder, 'data/0'), cache);
  cache.save();
};

/** What is in the cache is a matter of its checksum; that it never ends the program, of each reader. */
const askStatCache = async (folder: string): Promise<void> => {
  const found = await digestPath(join(folder, 'data'), cacheOf(folder));
  if (found?.kind === 'folder') found.files();
  await digestPath(join(folder, 'data/0'), cacheOf(folder));
};

const statCache = ['src/fingerprint/stat-cache.ts', 'src/fingerprint/checked-file.ts'];
const large = 'stat/large.table';

export const storeReaders: readonly Reader[] = [
  {
    name: 'the note of a download',
    sources: ['src/run/download/part.ts'],
    prepare: (folder) => {
      const part = { file: join(folder, 'part') };
      writeFileSync(part.file, 'some bytes');
      noteValidators(part, { etag: '"v1"', 'last-modified': 'Wed, 21 Oct 2015 07:28:00 GMT' });
      return 'part.json';
    },
    // What it hands on is sent to a server: Node refuses what is no header.
    read: (folder) => {
      const { validator } = resumable({ file: join(folder, 'part') });
      if (validator !== undefined) validateHeaderValue('if-range', validator);
    },
  },
  {
    name: 'the stat cache',
    sources: statCache,
    prepare: async (folder) => {
      await fillStatCache(folder, 3);
      return 'stat/small.json';
    },
    read: async (folder) => {
      const right = await digestPath(join(folder, 'data'), openStatCache(join(folder, 'none')));
      const found = await digestPath(join(folder, 'data'), cacheOf(folder));
      if (found?.digest !== right?.digest) throw new Error('a damaged stat cache was believed');
    },
  },
  {
    name: 'the stat cache, its checksum made right again',
    sources: statCache,
    prepare: async (folder) => {
      await fillStatCache(folder, 3);
      return 'stat/small.json';
    },
    reseal: seal,
    read: askStatCache,
  },
  {
    name: 'the table of a large folder',
    sources: ['src/fingerprint/pack-table.ts'],
    prepare: (folder) => {
      mkdirSync(join(folder, 'stat'));
      writeFileSync(join(folder, large), encodeTable({ digest, table: createTable(['a', 'b', 'c']) }));
      return large;
    },
    read: (folder) => {
      const table = decodeTable(readFileSync(join(folder, large)))?.table;
      if (table && table.readings.length !== table.paths.length * 5) throw new Error('a table of another size');
    },
  },
  {
    name: 'a manifest',
    sources: ['src/fingerprint/manifest.ts'],
    prepare: (folder) => {
      writeFileSync(
        join(folder, 'm'),
        formatManifest(['a', 'b/c', 'b/d', 'x\ny', 'é'].map((path) => ({ path, hex: 'a'.repeat(64) }))),
      );
      return 'm';
    },
    read: (folder) => {
      const text = readFileSync(join(folder, 'm'), 'utf8');
      if (formatManifest(parseManifest(text)) !== text) throw new Error('taken for another manifest');
    },
    tells: (error) => /^manifest line \d+ is damaged$/.test((error as Error).message),
  },
  {
    name: 'the seal of a folder',
    sources: ['src/fingerprint/sealed-folder.ts'],
    prepare: async (folder) => {
      mkdirSync(join(folder, 'f'));
      writeFileSync(join(folder, 'f/a'), 'a');
      await sealFolder(join(folder, 'f'));
      return 'f/SHA256SUMS';
    },
    reseal: (bytes, path) => {
      const body = bytes.subarray('# sha256:'.length + 65);
      return { path, bytes: Buffer.concat([Buffer.from(`# ${digestOf(body)}\n`), body]) };
    },
    read: (folder) => sealDifferences(join(folder, 'f')),
  },
  {
    name: 'the manifest of a stored folder',
    sources: ['src/store/tree.ts'],
    prepare: async (folder) => {
      mkdirSync(join(folder, 'f/b'), { recursive: true });
      for (const path of ['f/a', 'f/b/c', 'f/b/d']) writeFileSync(join(folder, path), path);
      const { digest } = await putTree(openContentStore(join(folder, 'content')), join(folder, 'f'));
      return `content/${sharded(digest)}`;
    },
    reseal: (bytes) => ({ path: `content/${sharded(digestOf(bytes))}`, bytes }),
    read: async (folder) => {
      const store = openContentStore(join(folder, 'content'));
      const target = join(folder, 'out/target');
      for await (const digest of store.list()) {
        const tree = { digest, kind: 'folder' as const, bytes: 1 };
        await readStoredManifest(store, digest, target).catch(onlyDamaged);
        await placeTree(store, tree, target).catch(onlyDamaged);
        await removeDamaged(store, tree, target);
      }
    },
    runs: 40,
  },
  {
    name: 'a cache entry',
    sources: ['src/store/records.ts'],
    prepare: (folder) => {
      records(folder).writeEntry(entryOf(stageRun, digest));
      return `fingerprints-v1/${sharded(stageRun.fingerprint)}.json`;
    },
    read: (folder) => {
      const entry = records(folder).readEntry(stageRun.fingerprint as `sha256:${string}`);
      for (const out of Object.values(entry?.outs ?? {})) out.digest.slice(1);
    },
  },
  {
    name: 'a state file',
    sources: ['src/store/records.ts'],
    prepare: (folder) => {
      records(folder).writeState('p', 's', state);
      return 'state-v1/p/s.json';
    },
    read: (folder) => {
      const found = records(folder).readState('p', 's');
      for (const { path } of Object.values(found?.outs ?? {}))
        if (!join('/stage', path).startsWith('/stage/')) throw new Error(`leads to ${path}`);
    },
  },
  {
    name: 'a stage-run record, named by its digest again',
    sources: ['src/store/records.ts'],
    prepare: (folder) => {
      return `records-v1/stage-runs/${sharded(records(folder).writeStageRun(stageRun))}.json`;
    },
    reseal: (bytes) => ({ path: `records-v1/stage-runs/${sharded(digestOf(bytes))}.json`, bytes }),
    read: (folder) => {
      const [path] = filesBelow(join(folder, 'records-v1/stage-runs'));
      const found = records(folder).readStageRun(`sha256:${path!.replace(/\/|\.json/g, '')}`);
      if (found !== undefined) entryOf(found, digest);
    },
  },
  {
    name: 'a run record',
    sources: ['src/store/records.ts'],
    prepare: (folder) => {
      records(folder).writeRun(() => run);
      return `records-v1/runs/${runName}.json`;
    },
    read: (folder) => {
      for (const name of records(folder).listRuns())
        records(folder)
          .readRun(name)
          ?.stages.find(({ stage }) => stage);
      records(folder).head();
      records(folder).mendHead(runName);
    },
  },
  {
    name: 'the ledger of accepted runs, its checksum made right again',
    sources: ['src/store/ledger.ts'],
    prepare: (folder) => {
      records(folder).writeRun(() => run);
      keepLedger('p', { store: folder, records: records(folder) });
      return 'accepted-v1/p.json';
    },
    reseal: seal,
    read: (folder) => {
      for (const accepted of acceptedRuns('p', { store: folder, records: records(folder) }))
        if (!/^[\dT-]{19}-[0-9a-f]{4}$/.test(accepted.run)) throw new Error(`leads to ${accepted.run}`);
    },
  },
  {
    name: 'the head of the chain',
    sources: ['src/store/chain.ts'],
    prepare: (folder) => {
      records(folder).writeRun(() => run);
      return 'records-v1/head';
    },
    read: (folder) => {
      const head = records(folder).head();
      if (head !== undefined) records(folder).writeRun((previous) => ({ ...run, previous }));
    },
  },
  {
    name: 'a journal',
    sources: ['src/store/journal.ts'],
    prepare: (folder) => {
      const { ended: _, outcome: __, stages: ___, ...draft } = run;
      const head: JournalHead = {
        format: 'stemma-journal-v1',
        process: { pid: 1, started: 'x' },
        draft,
        stages: ['s'],
      };
      const journal = openJournal(join(folder, `running/${runName}.jsonl`), head);
      journal.began({ stage: 's', state: 'running', because: [], seconds: 0 });
      journal.recorded({ stage: 's', state: 'ran', because: [], seconds: 1, stageRun: digest });
      return `running/${runName}.jsonl`;
    },
    read: (folder) => {
      for (const { head, entries } of readJournals(join(folder, 'running'))) {
        if (head.draft['run'] !== runName) throw new Error('the journal of another run');
        head.stages.map((stage) => entries.find((entry) => entry.stage === stage));
      }
    },
  },
  {
    name: 'a lock',
    sources: ['src/store/lock.ts'],
    prepare: (folder) => {
      mkdirSync(join(folder, 'locks'));
      // Of no process: the highest number that a system gives is far below.
      writeFileSync(join(folder, 'locks/p'), JSON.stringify({ pid: 2 ** 31 - 1, started: '1' }));
      return 'locks/p';
    },
    read: (folder) => {
      if (tryLock(join(folder, 'locks/p')).kind === 'acquired') releaseLock(join(folder, 'locks/p'));
    },
  },
  {
    name: 'the metrics of a command',
    sources: ['src/run/metrics.ts'],
    prepare: (folder) => {
      writeFileSync(join(folder, 'metrics.json'), '{"accuracy":0.5,"loss":{"value":1,"low":0,"high":2}}');
      return 'metrics.json';
    },
    read: (folder) => {
      const found = readMetrics(join(folder, 'metrics.json'));
      if (typeof found === 'string' && !found.startsWith('metrics: ')) throw new Error(found);
    },
  },
  {
    name: 'what a stage process says',
    sources: ['src/run/messages.ts'],
    prepare: (folder) => {
      writeFileSync(join(folder, 'm'), '{"type":"progress","progress":{"done":1,"total":2,"unit":"rows","note":"x"}}');
      return 'm';
    },
    read: (folder) => {
      const message = tryParse(readFileSync(join(folder, 'm'), 'utf8'));
      if (!isStageMessage(message) || message.type !== 'progress') return;
      message.progress.done.toFixed();
      message.progress.unit.slice(1);
    },
  },
];

const onlyDamaged = (error: unknown): void => {
  if (!named('DamagedContent')(error) && !('syscall' in (error as object))) throw error;
};

const tryParse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
