import { hexOf } from '../../fingerprint/canonical.ts';
import type { RunRecord } from '../../types/generated/run.ts';
import type { MetricRecord } from '../../types/generated/stage-run.ts';
import type { Json } from '../../types/json.ts';
import type { RunAccount, StageAccount } from '../run-account.ts';
import type { KeptOuts } from '../side-by-side/kept-outs.ts';
import { stageTimes } from '../stage-times.ts';

/** A run in the words of those who track experiments: params, metrics, curves. All of it is from records and outs. */
export interface ToldRun {
  /** 32 hexadecimal digits, the first of the record's digest: the same run has the same one wherever it is told. */
  readonly id: string;
  readonly digest: string;
  readonly record: RunRecord;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly ended: number;
  readonly params: readonly { readonly stage: string; readonly params: Json }[];
  readonly metrics: readonly ToldMetric[];
  readonly epochs: readonly ToldEpoch[];
  /** Facts that are neither: digests of what was read and made, states of stages, the gate's answer. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** A stage's metric, as `accuracy`; of one with an interval also its bounds, as `accuracy.low` and `accuracy.high`. */
export interface ToldMetric {
  readonly stage: string;
  readonly name: string;
  readonly value: number;
  /** When the stage ended in this run, in milliseconds since 1970. */
  readonly time: number;
}

/** An epoch of a training. The outs know no time of it: it is told with the end of its stage. */
export interface ToldEpoch {
  readonly stage: string;
  readonly epoch: number;
  readonly values: readonly (readonly [name: string, value: number])[];
  readonly time: number;
}

export const toldRun = (account: RunAccount, { histories, ganHistories }: KeptOuts): ToldRun => {
  const { record, digest, stages } = account;
  const times = stageTimes(account);
  const endOf = (stage: string): number => Date.parse(times.get(stage)!.ended);
  return {
    id: hexOf(digest).slice(0, 32),
    digest,
    record,
    started: Date.parse(record.started),
    ended: Date.parse(record.ended),
    params: stages.flatMap(paramsOf),
    metrics: stages.flatMap((stage) => metricsOf(stage, endOf(stage.entry.stage))),
    epochs: [...histories, ...ganHistories].flatMap(({ stage, content }) =>
      content.epochs.map((epoch) => epochOf(stage, epoch, endOf(stage))),
    ),
    facts: [...runFacts(record, digest), ...stages.flatMap(stageFacts)],
  };
};

const paramsOf = ({ entry, stageRun }: StageAccount) => {
  const params = stageRun?.fields['params'] as Json | undefined;
  return params === undefined ? [] : [{ stage: entry.stage, params }];
};

const metricsOf = ({ entry, stageRun }: StageAccount, time: number): ToldMetric[] =>
  Object.entries(stageRun?.metrics ?? {}).flatMap(([name, metric]) =>
    partsOf(name, metric).map(([part, value]) => ({ stage: entry.stage, name: part, value, time })),
  );

const partsOf = (name: string, metric: MetricRecord): [string, number][] =>
  typeof metric === 'number'
    ? [[name, metric]]
    : [
        [name, metric.value],
        [`${name}.low`, metric.low],
        [`${name}.high`, metric.high],
      ];

const epochOf = (stage: string, epoch: { readonly epoch: number }, time: number): ToldEpoch => ({
  stage,
  epoch: epoch.epoch,
  values: Object.entries(epoch).filter(([name]) => name !== 'epoch'),
  time,
});

const runFacts = ({ run, pipeline, outcome, gate, command, host }: RunRecord, digest: string): [string, string][] => [
  ['stemma.run', run],
  ['stemma.record', digest],
  ['stemma.outcome', outcome],
  ['stemma.version', host.stemma],
  ['stemma.command', command.join(' ')],
  ['stemma.pipeline.file', pipeline.file],
  ['stemma.pipeline.digest', pipeline.digest],
  ...(pipeline.objective === undefined
    ? []
    : [['stemma.objective', `${pipeline.objective.mode} ${pipeline.objective.metric}`] as [string, string]]),
  ...(gate === undefined
    ? []
    : [['stemma.gate', gate.accepted ? 'accepted' : `refused: ${gate.reasons.join('; ')}`] as [string, string]]),
];

const stageFacts = ({ entry, stageRun }: StageAccount): [string, string][] => [
  [`stemma.stage.${entry.stage}`, [entry.state, ...(entry.fingerprint ? [entry.fingerprint] : [])].join(' ')],
  ...(stageRun?.inputs ?? [])
    .filter(({ from }) => !isOut(from))
    .map(({ name, digest }): [string, string] => [`stemma.input.${entry.stage}.${name}`, digest]),
  ...(stageRun?.outs ?? []).map(({ name, digest }): [string, string] => [`stemma.out.${entry.stage}.${name}`, digest]),
];

/** Whether a dep refers to another stage's out, as `split.train`: it is told there. */
const isOut = (from: string | undefined): boolean => /^[a-z][a-z0-9_-]*\.[^ ]*$/.test(from ?? '');
