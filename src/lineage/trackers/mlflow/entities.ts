import type { Json } from '../../../types/json.ts';
import { leavesOf, nameOf, textOf } from '../../leaves.ts';
import type { ToldRun } from '../told-run.ts';
import { mlflowNames } from './names.ts';

/** A run as MLflow has it: texts set once, numbers over time, texts that may change. */
export interface MlflowRun {
  readonly experiment: string;
  readonly name: string;
  readonly status: 'FINISHED' | 'FAILED' | 'KILLED';
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly ended: number;
  readonly params: readonly Text[];
  readonly metrics: readonly MlflowMetric[];
  readonly tags: readonly Text[];
  /** Names of params and tags whose text is longer than MLflow takes, and was cut. */
  readonly cut: readonly string[];
}

export interface Text {
  readonly key: string;
  readonly value: string;
}

export interface MlflowMetric {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

/** The tag that a run is found by: the digest of its record. */
export const recordTag = 'stemma.record';

export const mlflowRun = (run: ToldRun): MlflowRun => {
  const { record, started, ended } = run;
  const cut: string[] = [];
  const params = textsOf(paramsOf(run), { longest: longestParam, cut });
  const tags = textsOf(tagsOf(run), { longest: longestTag, cut });
  const status = { succeeded: 'FINISHED', refused: 'FINISHED', failed: 'FAILED', interrupted: 'KILLED' } as const;
  return {
    experiment: record.pipeline.name,
    name: record.run,
    status: status[record.outcome],
    ...{ started, ended, params, metrics: metricsOf(run), tags, cut },
  };
};

// mlflow/utils/validation.py: MAX_PARAM_VAL_LENGTH and MAX_TAG_VAL_LENGTH. Old servers take less of a param.
const longestParam = 6000;
const longestTag = 5000;

const paramsOf = ({ params, record }: ToldRun): [string, Json][] => [
  ['seed', record.pipeline.seed],
  ...params.flatMap(({ stage, params: set }) =>
    leavesOf(set)
      .filter(({ path }) => path.length > 0)
      .map(({ path, value }): [string, Json] => [`${stage}.${nameOf(path)}`, value]),
  ),
];

const tagsOf = ({ record, facts }: ToldRun): [string, string][] => [
  ['mlflow.runName', record.run],
  ['mlflow.source.name', record.pipeline.file],
  ['mlflow.source.type', 'LOCAL'],
  ...(record.pipeline.summary === undefined
    ? []
    : [['mlflow.note.content', record.pipeline.summary] as [string, string]]),
  ...facts.map(([name, value]): [string, string] => [name, value]),
];

interface Fitting {
  readonly longest: number;
  /** Gets the names of those that did not fit. */
  readonly cut: string[];
}

/** Lengths are counted in characters, as Python does. */
const textsOf = (texts: readonly (readonly [string, Json])[], { longest, cut }: Fitting): readonly Text[] => {
  const names = mlflowNames(texts.map(([name]) => ({ name })));
  return texts.map(([, json], at) => {
    const key = names[at]!;
    const value = textOf(json);
    const characters = value.length > longest ? [...value] : [];
    if (characters.length <= longest) return { key, value };
    cut.push(key);
    return { key, value: `${characters.slice(0, longest - 1).join('')}…` };
  });
};

/** Metrics of the stages at step 0, and those of their epochs, in a group of their own, at the epoch's number. */
const metricsOf = ({ metrics, epochs }: ToldRun): readonly MlflowMetric[] => {
  const points = [
    ...epochs.flatMap(({ stage, epoch, time, values }) =>
      values.map(([name, value]) => ({ group: `${stage}.epochs`, name, value, timestamp: time, step: epoch })),
    ),
    ...metrics.map(({ stage, name, value, time }) => ({ group: stage, name, value, timestamp: time, step: 0 })),
  ];
  const wanted = [...new Map(points.map(({ group, name }) => [`${group}/${name}`, { group, name }])).entries()];
  const names = mlflowNames(wanted.map(([, each]) => each));
  const nameBy = new Map(wanted.map(([key], at) => [key, names[at]!]));
  return points.map(({ group, name, ...point }) => ({ key: nameBy.get(`${group}/${name}`)!, ...point }));
};
