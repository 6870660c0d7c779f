import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Digest, digestOf, hexOf } from '../src/fingerprint/canonical.ts';
import { formatManifest } from '../src/fingerprint/manifest.ts';
import type { ArtifactRecord } from '../src/types/generated/stage-run.ts';

/** Size and digest of an artifact, as records have them. */
export type Artifact = Pick<ArtifactRecord, 'digest' | 'kind' | 'bytes' | 'files'>;

/** Writes the files of a project and of its store. */
export interface HistoryFiles {
  /** A file of the project. */
  raw(path: string, text: string): void;
  /** A file of the store. */
  store(path: string, text: string): void;
  /** A file's content, which lies in the store if content is wanted. */
  file(text: string): Artifact;
  /** A folder's content: as `file`; its manifest lies in the store in any case. */
  folder(files: readonly { readonly path: string; readonly text: string }[]): Artifact;
  /** JSON named by its digest, as `<folder>/<2>/<62>.json`. */
  record(folder: string, value: unknown): Digest;
}

export const openHistoryFiles = (root: string, content: 'records alone' | 'with content'): HistoryFiles => {
  const known = new Set<string>();
  const write = (file: string, text: string): void => {
    if (!known.has(dirname(file))) mkdirSync(dirname(file), { recursive: true });
    known.add(dirname(file));
    writeFileSync(file, text);
  };
  const store = (path: string, text: string) => write(join(root, 'artifacts/.store', path), text);
  const put = (text: string): Digest => {
    const digest = digestOf(text);
    store(`content-v1/${sharded(digest)}`, text);
    return digest;
  };
  const file = (text: string): Artifact => ({
    digest: content === 'with content' ? put(text) : digestOf(text),
    kind: 'file',
    bytes: Buffer.byteLength(text),
  });
  return {
    raw: (path, text) => write(join(root, path), text),
    store,
    file,
    folder: (files) => {
      const contents = files.map(({ text }) => file(text));
      const manifest = formatManifest(files.map(({ path }, i) => ({ path, hex: hexOf(contents[i]!.digest) })));
      const bytes = contents.reduce((sum, each) => sum + each.bytes, 0);
      return { digest: put(manifest), kind: 'folder', bytes, files: files.length };
    },
    record: (folder, value) => {
      const digest = digestOf(textOf(value));
      store(`${folder}/${sharded(digest)}.json`, textOf(value));
      return digest;
    },
  };
};

export const sharded = (digest: Digest): string => `${hexOf(digest).slice(0, 2)}/${hexOf(digest).slice(2)}`;

/** JSON as records have it. */
export const textOf = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
