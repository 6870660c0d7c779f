/** Who tells: in every event and facet. */
export interface Origin {
  /** Namespace of jobs and of the project's own files: `stemma` unless told otherwise. */
  readonly namespace: string;
  /** Stemma as a package URL, as `pkg:npm/stemma@0.1.0`. */
  readonly producer: string;
  /** Stemma's version. */
  readonly version: string;
}

export const originOf = (namespace: string, version: string): Origin => ({
  namespace,
  producer: `pkg:npm/stemma@${version}`,
  version,
});

export interface Facet {
  readonly _producer: string;
  readonly _schemaURL: string;
  readonly [key: string]: unknown;
}

export type Facets = Readonly<Record<string, Facet>>;

/** The standard facets that are used, with the versions of their published schemas. */
export const standardFacets = {
  DatasetTypeDatasetFacet: '1-0-1',
  DatasetVersionDatasetFacet: '1-0-1',
  DocumentationDatasetFacet: '1-1-0',
  DocumentationJobFacet: '1-1-0',
  EnvironmentVariablesRunFacet: '1-0-0',
  ErrorMessageRunFacet: '1-0-1',
  ExecutionParametersRunFacet: '1-0-0',
  InputStatisticsInputDatasetFacet: '1-0-0',
  JobTypeJobFacet: '2-0-4',
  OutputStatisticsOutputDatasetFacet: '1-0-2',
  ParentRunFacet: '1-2-0',
  ProcessingEngineRunFacet: '1-1-1',
  SourceCodeJobFacet: '1-0-1',
  StorageDatasetFacet: '1-0-1',
} as const;

export const standard = (
  { producer }: Origin,
  name: keyof typeof standardFacets,
  values: Readonly<Record<string, unknown>>,
): Facet => ({
  _producer: producer,
  _schemaURL: `https://openlineage.io/spec/facets/${standardFacets[name]}/${name}.json#/$defs/${name}`,
  ...values,
});

/** Facets of our own; their schemas are in `schemas/openlineage/`, and the package URL says of which version. */
export type OwnFacet = 'StemmaMetricsRunFacet' | 'StemmaRecordRunFacet' | 'StemmaStageRunFacet';

export const own = ({ producer }: Origin, name: OwnFacet, values: Readonly<Record<string, unknown>>): Facet => ({
  _producer: producer,
  _schemaURL: `${producer}?file=schemas/openlineage/${name}.json#/$defs/${name}`,
  ...values,
});

export const jobTypeFacet = (origin: Origin, jobType: 'PIPELINE' | 'STAGE'): Facet =>
  standard(origin, 'JobTypeJobFacet', {
    processingType: 'BATCH',
    integration: 'STEMMA',
    jobType,
    // The first event of a run says that it has begun; what it read, made and measured comes with the last.
    emissionPattern: { eventTrigger: 'EVENT_BASED', eventContentMode: 'ACCUMULATIVE' },
  });
