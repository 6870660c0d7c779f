import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CacheEntry } from '../../src/types/generated/fingerprint.ts';
import type { StageRunRecord } from '../../src/types/generated/stage-run.ts';
import type { StageStateFile } from '../../src/types/generated/state.ts';
import type { TestProject } from '../rig/project.ts';
import { sha256 } from '../rig/store.ts';

// What somebody does to a store who knows its formats: every digest is right, and what it names is not.

const store = 'artifacts/.store';

const sharded = (hex: string): string => `${hex.slice(0, 2)}/${hex.slice(2)}`;

/** Puts a text into the store, under its digest, which is returned. */
export const putContent = (project: TestProject, text: string): string => {
  writeOver(join(project.root, store, 'content-v1', sharded(sha256(text))), text);
  return `sha256:${sha256(text)}`;
};

export const readState = (project: TestProject, stage: string): StageStateFile =>
  JSON.parse(project.read(`${store}/state-v1/p/${stage}.json`)) as StageStateFile;

/** Makes a stage's entry and record say that its out `o` is something else, with all digests right again. */
export const forge = (project: TestProject, stage: string, change: (record: StageRunRecord) => object): void => {
  const { fingerprint, stageRun } = readState(project, stage);
  const recordOf = (digest: string) => `${store}/records-v1/stage-runs/${sharded(digest.slice('sha256:'.length))}.json`;
  const record = JSON.parse(project.read(recordOf(stageRun))) as StageRunRecord;
  const text = JSON.stringify({ ...record, ...change(record) });
  project.write(recordOf(`sha256:${sha256(text)}`), text);
  const entry = `${store}/fingerprints-v1/${sharded(fingerprint.slice('sha256:'.length))}.json`;
  const forged = { ...(JSON.parse(project.read(entry)) as CacheEntry), stageRun: `sha256:${sha256(text)}` };
  project.write(entry, JSON.stringify(forged));
};

/** As `forge`: its out is the folder of a manifest. */
export const forgeManifest = (project: TestProject, stage: string, manifest: string): void => {
  const digest = putContent(project, manifest);
  forge(project, stage, ({ outs }) => ({ outs: outs.map((out) => ({ ...out, kind: 'folder', digest })) }));
};

/** Changes JSON that the store keeps. */
export const doctor = (project: TestProject, path: string, change: object): void => {
  const file = join(project.root, store, path);
  const text = readFileSync(file, 'utf8');
  project.write(`${store}/${path}`, JSON.stringify({ ...(JSON.parse(text) as object), ...change }));
};

const writeOver = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, 0o444);
};
