import { createHash } from 'node:crypto';
import type { MlflowMetric, MlflowRun, Text } from './entities.ts';

/** What MLflow's file store has of a run: texts by their paths below the store's folder. */
export interface StoredRun {
  /** The experiment's folder; its `meta.yaml` stays where it is there already. */
  readonly experiment: string;
  readonly experimentMeta: string;
  /** The run's folder below it, and its files. */
  readonly run: string;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * The layout of `mlruns/`: `meta.yaml` of experiment and run, a file a param, a tag and a metric.
 *
 * @see mlflow/store/tracking/file_store.py
 */
export const storedRun = (run: MlflowRun, id: string): StoredRun => {
  const experiment = experimentId(run.experiment);
  const files = [
    ['meta.yaml', yamlOf(runMeta(run, { id, experiment }))] as const,
    ...filesOf('params', run.params),
    ...filesOf('tags', run.tags),
    ...metricFiles(run.metrics),
  ];
  return { experiment, experimentMeta: yamlOf(experimentMeta(run, experiment)), run: id, files: new Map(files) };
};

/** 18 digits, as MLflow's own ids have, of the pipeline's name. */
const experimentId = (name: string): string => {
  const hex = createHash('sha256').update(`stemma pipeline ${name}`).digest('hex').slice(0, 16);
  return String(BigInt(`0x${hex}`) % 10n ** 18n).padStart(18, '1');
};

const experimentMeta = ({ experiment, started }: MlflowRun, id: string) => ({
  // Relative, since the folder may be moved: nothing of ours lies there.
  artifact_location: `./${id}`,
  creation_time: started,
  experiment_id: id,
  last_update_time: started,
  lifecycle_stage: 'active',
  name: experiment,
});

const runMeta = (
  { name, status, started, ended }: MlflowRun,
  { id, experiment }: { readonly id: string; readonly experiment: string },
) => ({
  artifact_uri: `./${experiment}/${id}/artifacts`,
  deleted_time: null,
  end_time: ended,
  entry_point_name: '',
  experiment_id: experiment,
  lifecycle_stage: 'active',
  run_id: id,
  run_name: name,
  run_uuid: id,
  source_name: '',
  source_type: local,
  source_version: '',
  start_time: started,
  status: { FINISHED: 3, FAILED: 4, KILLED: 5 }[status],
  tags: [],
  user_id: '',
});

// SourceType.LOCAL of mlflow/protos/service.proto, where the numbers of the status stand, too.
const local = 4;

/** A flat mapping. JSON's scalars are YAML's, and a text in double quotes is never taken for a number. */
const yamlOf = (values: Readonly<Record<string, string | number | null | readonly never[]>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');

const filesOf = (folder: string, texts: readonly Text[]): (readonly [string, string])[] =>
  texts.map(({ key, value }) => [`${folder}/${key}`, value]);

/** A line a value: when, what, at which step. */
const metricFiles = (metrics: readonly MlflowMetric[]): (readonly [string, string])[] => {
  const lines = new Map<string, string>();
  for (const { key, value, timestamp, step } of metrics)
    lines.set(key, `${lines.get(key) ?? ''}${timestamp} ${numberOf(value)} ${step}\n`);
  return [...lines].map(([key, text]) => [`metrics/${key}`, text]);
};

/** As Python's float reads and writes it. */
const numberOf = (value: number): string => (Number.isNaN(value) ? 'nan' : String(value).replace('Infinity', 'inf'));
