import { uuidOf } from '../uuid.ts';
import { type Facet, type Facets, jobTypeFacet, type Origin } from './facets.ts';

/** A run event of OpenLineage 2-0-2. Source: https://openlineage.io/spec/2-0-2/OpenLineage.json */
export interface LineageEvent {
  readonly eventType: 'START' | 'COMPLETE' | 'FAIL' | 'ABORT';
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
  readonly run: { readonly runId: string; readonly facets: Facets };
  readonly job: { readonly namespace: string; readonly name: string; readonly facets: Facets };
  readonly inputs: readonly Dataset[];
  readonly outputs: readonly Dataset[];
}

export interface Dataset {
  readonly namespace: string;
  readonly name: string;
  readonly facets: Facets;
  readonly inputFacets?: Facets;
  readonly outputFacets?: Facets;
}

/** What an event is about: a run of a pipeline, or one stage in it. */
export interface Subject {
  readonly run: string;
  readonly pipeline: string;
  readonly stage?: string;
}

export interface EventParts {
  readonly type: LineageEvent['eventType'];
  readonly time: string;
  readonly runFacets?: Facets;
  readonly jobFacets?: Facets;
  readonly inputs?: readonly Dataset[];
  readonly outputs?: readonly Dataset[];
}

export const eventOf = (origin: Origin, subject: Subject, parts: EventParts): LineageEvent => ({
  eventType: parts.type,
  eventTime: parts.time,
  producer: origin.producer,
  schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
  run: { runId: runId(origin, subject), facets: parts.runFacets ?? {} },
  job: {
    ...jobOf(origin, subject),
    facets: {
      jobType: jobTypeFacet(origin, subject.stage === undefined ? 'PIPELINE' : 'STAGE'),
      ...parts.jobFacets,
    },
  },
  inputs: parts.inputs ?? [],
  outputs: parts.outputs ?? [],
});

/** The same for the same run or stage in it, whether it is told live or exported later. */
export const runId = ({ namespace }: Origin, { run, pipeline, stage }: Subject): string =>
  uuidOf('openlineage', namespace, pipeline, run, ...(stage === undefined ? [] : [stage]));

/** `mnist` is the job of the pipeline, `mnist.train` that of a stage. */
export const jobOf = ({ namespace }: Origin, { pipeline, stage }: Subject) => ({
  namespace,
  name: stage === undefined ? pipeline : `${pipeline}.${stage}`,
});

export type { Facet, Facets, Origin };
