import { basename, extname } from 'node:path';
import type { ArtifactRecord } from '../../types/generated/stage-run.ts';
import type { Dataset } from './event.ts';
import { type Facets, type Origin, standard } from './facets.ts';

/** Types of the artifacts known so far, by path: an input's record does not repeat what its maker's record says. */
export type ArtifactTypes = ReadonlyMap<string, string>;

export const inputDataset = (origin: Origin, artifact: ArtifactRecord, types: ArtifactTypes): Dataset => ({
  ...identityOf(origin, artifact),
  facets: facetsOf(origin, artifact, types),
  inputFacets: { inputStatistics: standard(origin, 'InputStatisticsInputDatasetFacet', sizeOf(artifact)) },
});

export const outputDataset = (origin: Origin, artifact: ArtifactRecord, types: ArtifactTypes): Dataset => ({
  ...identityOf(origin, artifact),
  facets: facetsOf(origin, artifact, types),
  outputFacets: { outputStatistics: standard(origin, 'OutputStatisticsOutputDatasetFacet', sizeOf(artifact)) },
});

/**
 * Files of the project are named by their path in it, since a machine's own paths are in no record; files of a package
 * by the package and the path in it, whatever its version, which is for the version facet to tell; files of a url by its
 * server and the rest of it.
 */
const identityOf = ({ namespace }: Origin, artifact: ArtifactRecord) => {
  const { from } = artifact;
  const [, server, rest] = /^url (https?:\/\/[^/?]+)(.*)$/s.exec(from ?? '') ?? [];
  if (server !== undefined) return { namespace: server, name: rest! };
  return { namespace: packageOf(from) === undefined ? namespace : 'pkg:npm', name: placeOf(artifact) };
};

/**
 * An out of an accepted run is read from the store, and named by where the stage that made it puts it: as an output of
 * that stage it has this name.
 */
const placeOf = ({ path, from }: ArtifactRecord): string => {
  const [, pipeline, stage] = /^accepted ([^:]+): ([^.]+)\./.exec(from ?? '') ?? [];
  return pipeline === undefined ? path : `artifacts/${pipeline}/${stage}/${basename(path)}`;
};

const packageOf = (from: string | undefined): string | undefined => /^package (.*)$/s.exec(from ?? '')?.[1];

const facetsOf = (origin: Origin, artifact: ArtifactRecord, types: ArtifactTypes): Facets => {
  const type = artifact.type ?? types.get(placeOf(artifact)) ?? 'any';
  const fromPackage = packageOf(artifact.from);
  return {
    version: standard(origin, 'DatasetVersionDatasetFacet', { datasetVersion: artifact.digest }),
    datasetType: standard(origin, 'DatasetTypeDatasetFacet', {
      datasetType: type === 'model' ? 'MODEL' : 'FILE',
      subType: (type === 'any' ? artifact.kind : type).toUpperCase(),
    }),
    storage: standard(origin, 'StorageDatasetFacet', { storageLayer: 'filesystem', ...formatOf(artifact) }),
    ...(fromPackage !== undefined && {
      documentation: standard(origin, 'DocumentationDatasetFacet', { description: `npm package ${fromPackage}` }),
    }),
  };
};

const formatOf = ({ kind, path }: ArtifactRecord): { readonly fileFormat?: string } => {
  const fileFormat = kind === 'file' ? formats[extname(path).toLowerCase()] : undefined;
  return fileFormat === undefined ? {} : { fileFormat };
};

/** The formats that the facet knows, by the suffix of a file's name. */
const formats: Readonly<Record<string, string>> = {
  '.avro': 'avro',
  '.csv': 'csv',
  '.json': 'json',
  '.orc': 'orc',
  '.parquet': 'parquet',
  '.txt': 'text',
  '.xml': 'xml',
};

const sizeOf = ({ kind, bytes, files }: ArtifactRecord) => {
  const fileCount = kind === 'file' ? 1 : files;
  return { size: bytes, ...(fileCount !== undefined && { fileCount }) };
};
