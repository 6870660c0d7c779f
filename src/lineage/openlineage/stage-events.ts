import type { StageState } from '../../types/events.ts';
import type { StageRunRecord } from '../../types/generated/stage-run.ts';
import type { StageAccount } from '../run-account.ts';
import { commandLine } from '../shell-line.ts';
import { outsIn } from '../stage-account.ts';
import { type ArtifactTypes, inputDataset, outputDataset } from './datasets.ts';
import { eventOf, type LineageEvent, type Subject } from './event.ts';
import { type Facets, type Origin, standard } from './facets.ts';
import { parentFacet, stageFacets } from './stage-facets.ts';

export interface StageTelling {
  readonly time: string;
  /** The types of all artifacts that were made before. */
  readonly types: ArtifactTypes;
}

export const stageStart = (origin: Origin, subject: Subject, time: string): LineageEvent =>
  eventOf(origin, subject, { type: 'START', time, runFacets: parentFacet(origin, subject) });

/** The end of a stage in a run, however it was satisfied, with what it read and made. */
export const stageEnd = (
  origin: Origin,
  { run, pipeline }: Subject,
  stage: StageAccount,
  { time, types }: StageTelling,
): LineageEvent => {
  const subject = { run, pipeline, stage: stage.entry.stage };
  const { stageRun } = stage;
  return eventOf(origin, subject, {
    type: endOf(stage.entry.state),
    time,
    runFacets: { ...parentFacet(origin, subject), ...stageFacets(origin, subject, stage) },
    ...(stageRun && {
      jobFacets: sourceCode(origin, stageRun),
      inputs: stageRun.inputs.map((input) => inputDataset(origin, input, types)),
      outputs: outsIn(pipeline, stage).map((out) => outputDataset(origin, out, types)),
    }),
  });
};

/** The types of a stage's outs, by where they lie in a run of `pipeline`. */
export const typesOf = (pipeline: string, stage: StageAccount): [path: string, type: string][] =>
  outsIn(pipeline, stage).flatMap(({ path, type }): [string, string][] => (type === undefined ? [] : [[path, type]]));

const endOf = (state: StageState): LineageEvent['eventType'] => {
  switch (state) {
    case 'ran':
    case 'restored':
    case 'up to date':
      return 'COMPLETE';
    case 'failed':
      return 'FAIL';
    case 'cancelled':
    case 'interrupted':
    case 'skipped':
      return 'ABORT';
  }
};

/** A command as one would type it. A stage type's code is named by its digest, in a facet of our own. */
const sourceCode = (origin: Origin, { fields }: StageRunRecord): Facets => {
  const line = commandLine(fields);
  if (line === undefined) return {};
  return { sourceCode: standard(origin, 'SourceCodeJobFacet', { language: 'shell', sourceCode: line }) };
};
