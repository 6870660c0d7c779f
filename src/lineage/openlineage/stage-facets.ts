import type { MetricRecord, StageRunRecord } from '../../types/generated/stage-run.ts';
import type { Json } from '../../types/json.ts';
import { leavesOf, nameOf, textOf } from '../leaves.ts';
import type { StageAccount } from '../run-account.ts';
import { ranHere } from '../stage-account.ts';
import { jobOf, runId, type Subject } from './event.ts';
import { type Facets, type Origin, own, standard } from './facets.ts';

/** The run that a stage's run is part of. */
export const parentFacet = (origin: Origin, { run, pipeline }: Subject): Facets => {
  const parent = { run: { runId: runId(origin, { run, pipeline }) }, job: jobOf(origin, { run, pipeline }) };
  return { parent: standard(origin, 'ParentRunFacet', { ...parent, root: parent }) };
};

/** All that the records say of a stage in a run, but for what it read and made. */
export const stageFacets = (origin: Origin, subject: Subject, stage: StageAccount): Facets => ({
  ...stateFacet(origin, subject, stage),
  ...errorFacet(origin, stage),
  ...(stage.stageRun && {
    ...paramsFacet(origin, stage.stageRun.fields['params'] as Json | undefined),
    ...environmentFacet(origin, stage.stageRun),
    ...metricsFacet(origin, stage.stageRun),
  }),
});

const stateFacet = (origin: Origin, { run }: Subject, stage: StageAccount): Facets => {
  const { entry, stageRun } = stage;
  return {
    stemma_stage: own(origin, 'StemmaStageRunFacet', {
      state: entry.state,
      because: entry.because,
      seconds: entry.seconds,
      ...(entry.fingerprint !== undefined && { fingerprint: entry.fingerprint }),
      ...(entry.stageRun !== undefined && { stageRun: entry.stageRun }),
      ...(stageRun && { madeBy: madeBy(origin, stageRun), executedHere: ranHere(stage, run), ...detailsOf(stageRun) }),
    }),
  };
};

const madeBy = (origin: Origin, { run, pipeline, stage }: StageRunRecord) => ({
  run,
  pipeline,
  stage,
  runId: runId(origin, { run, pipeline, stage }),
});

const detailsOf = ({ fields, attempts, summary, uncached, backend }: StageRunRecord) => ({
  attempts,
  ...(summary !== undefined && { summary }),
  ...(uncached !== undefined && { uncached }),
  ...(typeof fields['type'] === 'string' && {
    stageType: { name: fields['type'], version: fields['version'], code: fields['code'] },
  }),
  ...(backend !== undefined && { backend }),
  ...(fields['seed'] !== undefined && { seed: fields['seed'] }),
});

const errorFacet = (origin: Origin, { entry, stageRun }: StageAccount): Facets => {
  if (entry.state !== 'failed') return {};
  const message = stageRun?.failure ?? 'failed before it was executed; the record names no reason';
  return { errorMessage: standard(origin, 'ErrorMessageRunFacet', { message, programmingLanguage: 'TypeScript' }) };
};

export const paramsFacet = (origin: Origin, params: Json | undefined): Facets => {
  if (params === undefined) return {};
  const parameters = leavesOf(params)
    .filter(({ path }) => path.length > 0)
    .map(({ path, value }) => ({ key: nameOf(path), value: textOf(value) }));
  return { executionParameters: standard(origin, 'ExecutionParametersRunFacet', { parameters }) };
};

/** Declared variables alone: the values of passed ones are in no record. */
const environmentFacet = (origin: Origin, { fields }: StageRunRecord): Facets => {
  const declared = Object.entries((fields['env'] ?? {}) as Readonly<Record<string, string | null>>);
  const environmentVariables = declared.flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
  if (environmentVariables.length === 0) return {};
  return { environmentVariables: standard(origin, 'EnvironmentVariablesRunFacet', { environmentVariables }) };
};

const metricsFacet = (origin: Origin, { metrics }: StageRunRecord): Facets => {
  const listed = Object.entries(metrics).map(([name, metric]) => ({ name, ...partsOf(metric) }));
  return listed.length === 0 ? {} : { stemma_metrics: own(origin, 'StemmaMetricsRunFacet', { metrics: listed }) };
};

const partsOf = (metric: MetricRecord) =>
  typeof metric === 'number' ? { value: metric } : { value: metric.value, low: metric.low, high: metric.high };
