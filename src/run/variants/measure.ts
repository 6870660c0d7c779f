import { metricValue, objectiveName } from '../../lineage/compare-metrics.ts';
import type { Pipeline } from '../../types/pipeline.ts';
import type { Objective } from '../../types/stage.ts';
import type { StageOutcome } from '../outcome.ts';

/** What a variant's run says of the step that it went without. */
export interface Measured {
  readonly stage: string;
  readonly metric: string;
  readonly value: number;
}

/** The objective as a run measured it: of the last stage that has it; undefined where none has. */
export const measureObjective = (stages: readonly StageOutcome[], { metric }: Objective): Measured | undefined => {
  const names = new Set(stages.flatMap(({ metrics }) => Object.keys(metrics ?? {})));
  return measureMetric(stages, objectiveName(metric, names));
};

/** A metric by its name, of the last of these stages that has it. */
export const measureMetric = (stages: readonly StageOutcome[], metric: string): Measured | undefined => {
  const found = stages.findLast(({ metrics }) => metrics !== undefined && Object.hasOwn(metrics, metric));
  return found && { stage: found.stage, metric, value: metricValue(found.metrics![metric]!) };
};

/** Seconds of the stages that were executed, and how many were, or were taken from the store. */
export const costOf = (stages: readonly StageOutcome[]): Cost => {
  const ran = stages.filter(({ state }) => state === 'ran' || state === 'failed');
  return {
    seconds: ran.reduce((sum, { seconds }) => sum + seconds, 0),
    ran: ran.length,
    restored: stages.filter(({ state }) => state === 'restored' || state === 'up to date').length,
  };
};

export interface Cost {
  readonly seconds: number;
  readonly ran: number;
  readonly restored: number;
}

/** Digests of the rows that variants are judged on: of one run the same as of another where no row of them differs. */
export const rowsJudgedOn = (
  stages: readonly StageOutcome[],
  outs: readonly { readonly stage: string; readonly out: string }[],
): string =>
  outs.map(({ stage, out }) => stages.find((each) => each.stage === stage)?.outs?.[out]?.digest ?? 'none').join(' ');

/** A training gives what it measures on validation a name that says so; a stage type that evaluates reads test. */
export const judgedOn = (judge: Measured | undefined, { stages }: Pipeline): 'validation' | 'test' | 'unknown' => {
  const stage = judge && stages.get(judge.stage);
  if (judge === undefined || judge.metric.startsWith('val_')) return 'validation';
  return stage?.kind === 'uses' && stage.type.name === 'evaluate' ? 'test' : 'unknown';
};

/** Why a variant's runs failed, if one did. */
export const failureOf = (runs: readonly { readonly stages: readonly StageOutcome[] }[]): string | undefined => {
  const failed = runs.flatMap(({ stages }) => stages).find(({ state }) => state === 'failed');
  return failed && `stage "${failed.stage}" failed: ${failed.failure?.message ?? 'it told no reason'}`;
};
