import type { RunRecord } from '../../types/generated/run.ts';
import type { Json } from '../../types/json.ts';
import type { RunAccount } from '../run-account.ts';
import { eventOf, type LineageEvent, type Subject } from './event.ts';
import { type Facets, type Origin, own, standard } from './facets.ts';
import { paramsFacet } from './stage-facets.ts';

export const runStart = (origin: Origin, subject: Subject, time: string): LineageEvent =>
  eventOf(origin, subject, { type: 'START', time });

type Told = Pick<RunAccount, 'record' | 'digest'>;

/** The end of a run. What was read and made is told of its stages. */
export const runEnd = (origin: Origin, { record, digest }: Told): LineageEvent =>
  eventOf(
    origin,
    { run: record.run, pipeline: record.pipeline.name },
    {
      type: { succeeded: 'COMPLETE', refused: 'COMPLETE', failed: 'FAIL', interrupted: 'ABORT' }[
        record.outcome
      ] as LineageEvent['eventType'],
      time: record.ended,
      runFacets: {
        processing_engine: standard(origin, 'ProcessingEngineRunFacet', {
          name: 'Stemma',
          version: record.host.stemma,
          openlineageAdapterVersion: origin.version,
        }),
        ...recordFacet(origin, { record, digest }),
        ...errorFacet(origin, record),
        ...paramsFacet(origin, paramsOf(record)),
      },
      jobFacets: documentation(origin, record),
    },
  );

const recordFacet = (origin: Origin, { record, digest }: Told): Facets => ({
  stemma_record: own(origin, 'StemmaRecordRunFacet', {
    run: record.run,
    record: digest,
    previous: record.previous,
    outcome: record.outcome,
    pipeline: { file: record.pipeline.file, digest: record.pipeline.digest },
    ...(record.gate && { gate: record.gate }),
    command: record.command,
    host: record.host,
    notices: record.notices ?? [],
  }),
});

const errorFacet = (origin: Origin, { outcome, stages }: RunRecord): Facets => {
  if (outcome !== 'failed') return {};
  const failed = stages.filter(({ state }) => state === 'failed').map(({ stage }) => stage);
  const message = `failed: ${failed.join(', ')}`;
  return { errorMessage: standard(origin, 'ErrorMessageRunFacet', { message, programmingLanguage: 'TypeScript' }) };
};

const paramsOf = ({ pipeline, invocation }: RunRecord): Json =>
  ({ seed: pipeline.seed, ...(pipeline.objective && { objective: pipeline.objective }), ...invocation }) as Json;

const documentation = (origin: Origin, { pipeline }: RunRecord): Facets =>
  pipeline.summary === undefined
    ? {}
    : { documentation: standard(origin, 'DocumentationJobFacet', { description: pipeline.summary }) };
