import { extname } from 'node:path';
import { hexOf } from '../../fingerprint/canonical.ts';
import type { ArtifactRecord } from '../../types/generated/stage-run.ts';
import { uuidOf } from '../uuid.ts';
import { type Entity, entity, pathId, type Reference } from './entity.ts';

/** What lies in the crate's folder beside its metadata. */
export interface CrateContents {
  /** Size of the pipeline's file; undefined where the bytes that were run are no longer at hand. */
  readonly pipelineBytes: number | undefined;
  /** Paths of the artifacts that are in the crate. */
  readonly artifacts: ReadonlySet<string>;
  /** Sizes of the manifests of folders, by their hexadecimal digest. */
  readonly manifests: ReadonlyMap<string, number>;
  /** Records, by their path in the crate. */
  readonly records: readonly CrateRecord[];
}

export interface CrateRecord {
  readonly path: string;
  readonly bytes: number;
  readonly digest: string;
  /** What it is the account of: the run, or a stage run by its digest. */
  readonly of: 'run' | string;
}

/**
 * The id of an artifact: its path, where it lies in the crate. Elsewhere a URN, which is an absolute URI as RO-Crate
 * asks for of what is not in its folder, and the same in every crate that speaks of the same bytes at the same path.
 */
export const artifactId = ({ path, kind, digest }: ArtifactRecord, { artifacts }: CrateContents): string =>
  artifacts.has(path) ? pathId(path, kind) : `urn:uuid:${uuidOf('artifact', path, digest)}`;

/** A file or folder that a stage read or made, and its manifest. `slots` are the parameters that it realizes. */
export const artifactEntities = (
  artifact: ArtifactRecord,
  contents: CrateContents,
  slots: readonly Reference[],
): readonly Entity[] => {
  const { path, kind, digest, bytes } = artifact;
  const id = artifactId(artifact, contents);
  const manifest = kind === 'folder' ? manifestOf(digest, contents, id) : [];
  const described = entity({
    '@id': id,
    '@type': kind === 'folder' ? 'Dataset' : 'File',
    name: path,
    description: describe(artifact),
    url: urlOf(artifact),
    alternateName: contents.artifacts.has(path) ? undefined : path,
    identifier: digest,
    sha256: hexOf(digest),
    contentSize: String(bytes),
    encodingFormat: kind === 'file' ? mediaTypes[extname(path).toLowerCase()] : undefined,
    exampleOfWork: slots,
    subjectOf: manifest.map((each) => ({ '@id': each['@id'] })),
  });
  return [described, ...manifest];
};

/** Where it was downloaded from, as the record says it: without secrets. */
const urlOf = ({ from }: ArtifactRecord): string | undefined => /^url (.*)$/s.exec(from ?? '')?.[1];

const describe = ({ from, type, files }: ArtifactRecord): string | undefined => {
  const parts = [
    ...(type === undefined || type === 'any' ? [] : [`type ${type}`]),
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(files === undefined ? [] : [`${files} files; sha256 is that of the manifest, which sha256sum -c reads`]),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
};

export const manifestPath = (hex: string): string => `manifests/${hex}.sha256`;

const manifestOf = (digest: string, { manifests }: CrateContents, folder: string): readonly Entity[] => {
  const hex = hexOf(digest);
  const bytes = manifests.get(hex);
  if (bytes === undefined) return [];
  return [
    {
      '@id': pathId(manifestPath(hex)),
      '@type': 'File',
      name: `manifest ${hex}`,
      encodingFormat: 'text/plain',
      sha256: hex,
      contentSize: String(bytes),
      about: { '@id': folder },
    },
  ];
};

const mediaTypes: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.json': 'application/json',
  '.jsonl': 'application/jsonl',
  '.parquet': 'application/vnd.apache.parquet',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.xml': 'application/xml',
};
