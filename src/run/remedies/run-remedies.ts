import type { Misfit, RemedyVariant } from '../../load/remedies/variants.ts';
import type { Pipeline } from '../../types/pipeline.ts';
import type { StageOutcome } from '../outcome.ts';
import { costOf, failureOf, type Measured, measureMetric, measureObjective } from '../variants/measure.ts';
import { type PairedDifference, pairedDifference } from '../variants/paired.ts';
import { type RunSettings, runVariant, type VariantRun } from '../variants/run-variant.ts';
import type { RemedyResult, TrialRun, TrialSide, Trials } from './trials.ts';

export interface RemedyRequest {
  readonly pipeline: Pipeline & { readonly objective: NonNullable<Pipeline['objective']> };
  /** Where the remedies are from. */
  readonly origin: Pick<Trials, 'run' | 'stage' | 'diagnosis'>;
  readonly untreated: RemedyVariant;
  readonly variants: readonly RemedyVariant[];
  readonly refused: readonly Misfit[];
  readonly seeds: readonly number[];
  readonly settings: RunSettings;
  readonly onStart: (variant: RemedyVariant, seed: number) => void;
  readonly onEnd: (variant: RemedyVariant, done: TrialDone) => void;
}

/** A run of a variant, measured on validation. */
export interface TrialDone extends VariantRun {
  readonly seed: number;
  readonly measured: Measured | undefined;
  readonly gapLoss: Measured | undefined;
  /** In accuracy, or in mean absolute error. */
  readonly gapScore: Measured | undefined;
}

/**
 * Runs the pipeline as it is and with each remedy, all of them with the first seed, then with the next: what interrupted
 * trials have found is of all remedies. One that fails is not tried with other seeds; the others are.
 */
export const runRemedies = async (request: RemedyRequest): Promise<Trials> => {
  const { untreated, variants, seeds, settings } = request;
  const done = new Map<RemedyVariant, TrialDone[]>([untreated, ...variants].map((variant) => [variant, []]));
  const goesOn = (variant: RemedyVariant) => done.get(variant)!.every(({ outcome }) => outcome === 'succeeded');
  for (const seed of seeds)
    for (const variant of [untreated, ...variants]) {
      if (settings.signal.aborted || !goesOn(untreated) || !goesOn(variant)) continue;
      request.onStart(variant, seed);
      const ended = measured(await runVariant(variant, seed, settings), seed, request);
      done.get(variant)!.push(ended);
      request.onEnd(variant, ended);
    }
  return summarize(done, request);
};

const measured = (run: VariantRun, seed: number, { pipeline, origin }: RemedyRequest): TrialDone => {
  const stages: readonly StageOutcome[] = run.outcome === 'succeeded' ? run.stages : [];
  const judge = stages.filter(({ stage }) => stage === origin.stage);
  return {
    ...{ ...run, seed, measured: measureObjective(stages, pipeline.objective) },
    gapLoss: measureMetric(judge, 'gap_loss'),
    gapScore: scores.map((name) => measureMetric(judge, name)).find((found) => found !== undefined),
  };
};

/** The gap beside that of the loss, by what the target is. */
const scores = ['gap_accuracy', 'gap_binary_accuracy', 'gap_mae'] as const;

const summarize = (done: ReadonlyMap<RemedyVariant, readonly TrialDone[]>, request: RemedyRequest): Trials => {
  const { pipeline, origin, untreated, variants, refused, seeds, settings } = request;
  const base = done.get(untreated)!;
  const metric = base.find((each) => each.measured !== undefined)?.measured?.metric;
  const failed = [...done.values()].flat().some(({ outcome }) => outcome === 'failed');
  return {
    pipeline: pipeline.name,
    ...origin,
    objective: { metric: pipeline.objective.metric, mode: pipeline.objective.mode },
    ...present('metric', metric),
    seeds,
    outcome: settings.signal.aborted ? 'interrupted' : failed ? 'failed' : 'succeeded',
    untreated: { ...sideOf(untreated, base), ...present('failure', failureOf(base)) },
    remedies: variants.map((variant) => resultOf(variant, done.get(variant)!, base)),
    refused: refused.map(({ remedy: { number, title }, why }) => ({ number, title, why })),
  };
};

const measures = { value: 'measured', gapLoss: 'gapLoss', gapScore: 'gapScore' } as const;
type Measure = keyof typeof measures;

const measureOf = (done: TrialDone, measure: Measure): number | undefined => done[measures[measure]]?.value;

const sideOf = ({ name, file }: RemedyVariant, runs: readonly TrialDone[]): TrialSide => {
  const means = (measure: Measure) => meanOf(runs.flatMap((done) => measureOf(done, measure) ?? []));
  return {
    ...{ variant: name, file },
    runs: runs.map(
      (done): TrialRun => ({
        ...{ seed: done.seed, run: done.run },
        ...present('value', measureOf(done, 'value')),
        ...present('gapLoss', measureOf(done, 'gapLoss')),
        ...present('gapScore', measureOf(done, 'gapScore')),
      }),
    ),
    ...present('value', means('value')),
    ...present('gapLoss', means('gapLoss')),
    ...present('gapScore', means('gapScore')),
    ...costOf(runs.flatMap(({ stages }) => stages)),
  };
};

const resultOf = (variant: RemedyVariant, own: readonly TrialDone[], base: readonly TrialDone[]): RemedyResult => {
  const changeOf = (measure: Measure): PairedDifference | undefined => {
    const differences = own.flatMap((done) => {
      const before = base.find(({ seed }) => seed === done.seed);
      const [with_, without] = [measureOf(done, measure), before && measureOf(before, measure)];
      return with_ === undefined || without === undefined ? [] : [with_ - without];
    });
    return differences.length === 0 ? undefined : pairedDifference(differences);
  };
  return {
    ...sideOf(variant, own),
    ...{ number: variant.remedy!.number, title: variant.remedy!.title },
    ...present('change', changeOf('value')),
    ...present('gapLossChange', changeOf('gapLoss')),
    ...present('gapScoreChange', changeOf('gapScore')),
    ...present('failure', failureOf(own)),
  };
};

const meanOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, each) => sum + each, 0) / values.length;

const present = <Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } =>
  value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
