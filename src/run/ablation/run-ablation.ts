import { stepName } from '../../load/ablation/step.ts';
import type { Refusal, Variant } from '../../load/ablation/variants.ts';
import type { Pipeline } from '../../types/pipeline.ts';
import {
  costOf,
  failureOf,
  judgedOn,
  type Measured,
  measureMetric,
  measureObjective,
  rowsJudgedOn,
} from '../variants/measure.ts';
import { pairedDifference } from '../variants/paired.ts';
import { type RunSettings, runVariant, type VariantRun } from '../variants/run-variant.ts';
import type { Ablation, SeedRun, Side, StepResult } from './ablation.ts';

export interface AblationRequest {
  readonly pipeline: Pipeline & { readonly objective: NonNullable<Pipeline['objective']> };
  readonly whole: Variant;
  readonly variants: readonly Variant[];
  readonly refused: readonly Refusal[];
  readonly seeds: readonly number[];
  /** Outs with the rows that are judged: of stages that split. */
  readonly judgedRows: readonly { readonly stage: string; readonly out: string }[];
  /** The stages that evaluate on test, where that is asked for. */
  readonly testStages: readonly string[];
  readonly settings: RunSettings;
  readonly onStart: (variant: Variant, seed: number) => void;
  readonly onEnd: (variant: Variant, done: Done) => void;
}

/** A run of a variant, measured. */
export interface Done extends VariantRun {
  readonly seed: number;
  readonly measured: Measured | undefined;
  readonly test: Measured | undefined;
}

/**
 * Runs the whole pipeline and the variants, all of them with the first seed, then with the next: so that what an
 * interrupted ablation has found is of all steps. A variant that fails is not tried with other seeds.
 */
export const runAblation = async (request: AblationRequest): Promise<Ablation> => {
  const { whole, variants, seeds, settings } = request;
  const done = new Map<Variant, Done[]>([whole, ...variants].map((variant) => [variant, []]));
  const goesOn = (variant: Variant) => done.get(variant)!.every(({ outcome }) => outcome === 'succeeded');
  for (const seed of seeds)
    for (const variant of [whole, ...variants]) {
      if (settings.signal.aborted || !goesOn(whole) || !goesOn(variant)) continue;
      request.onStart(variant, seed);
      const ended = measured(await runVariant(variant, seed, settings), seed, request);
      done.get(variant)!.push(ended);
      request.onEnd(variant, ended);
    }
  return summarize(done, request);
};

const measured = (run: VariantRun, seed: number, { pipeline, testStages }: AblationRequest): Done => {
  const found = run.outcome === 'succeeded' ? measureObjective(run.stages, pipeline.objective) : undefined;
  const judges = run.stages.filter(({ stage }) => testStages.includes(stage));
  const test = run.outcome === 'succeeded' ? measureMetric(judges, pipeline.objective.metric) : undefined;
  return { ...run, seed, measured: found, test: found?.stage === test?.stage ? undefined : test };
};

const summarize = (done: ReadonlyMap<Variant, readonly Done[]>, request: AblationRequest): Ablation => {
  const { pipeline, whole, variants, seeds, refused, settings } = request;
  const base = done.get(whole)!;
  const judge = base.find((each) => each.measured !== undefined)?.measured;
  const failure = failureOf(base);
  const failed = [...done.values()].flat().some(({ outcome }) => outcome === 'failed');
  const { metric, mode } = pipeline.objective;
  return {
    pipeline: pipeline.name,
    objective: { metric, mode },
    ...(judge && { metric: judge.metric, judge: judge.stage }),
    on: judgedOn(judge, pipeline),
    seeds,
    outcome: settings.signal.aborted ? 'interrupted' : failed ? 'failed' : 'succeeded',
    whole: { ...sideOf(whole, base), ...(failure !== undefined && { failure }) },
    steps: variants.map((variant) => stepResult(variant, { base, own: done.get(variant)! }, request)),
    refused: refused.map(({ step, why }) => ({ step: stepName(step), why })),
  };
};

const sideOf = ({ name, file }: Variant, runs: readonly Done[]): Side => ({
  variant: name,
  file,
  runs: runs.map(
    ({ seed, run, measured, test }): SeedRun => ({
      seed,
      run,
      ...(measured && { value: measured.value }),
      ...(test && { test: test.value }),
    }),
  ),
  ...costOf(runs.flatMap(({ stages }) => stages)),
});

interface Pair {
  readonly base: readonly Done[];
  readonly own: readonly Done[];
}

const stepResult = (variant: Variant, pair: Pair, { pipeline, judgedRows }: AblationRequest): StepResult => {
  const { mode } = pipeline.objective;
  const pairs = pair.own.flatMap((own) => {
    const base = pair.base.find(({ seed }) => seed === own.seed);
    return base === undefined ? [] : [{ base, own }];
  });
  const values = pairs.flatMap(({ base, own }) => bothOf(base.measured, own.measured));
  const tests = pairs.flatMap(({ base, own }) => bothOf(base.test, own.test));
  const failure = failureOf(pair.own);
  const rows = ({ stages }: Done) => rowsJudgedOn(stages, judgedRows);
  return {
    step: stepName(variant.step!),
    ...sideOf(variant, pair.own),
    ...(values.length > 0 && {
      with: mean(values.map((each) => each.with)),
      without: mean(values.map((each) => each.without)),
      gain: gainOf(values, mode),
    }),
    ...(tests.length > 0 && { testGain: gainOf(tests, mode) }),
    otherRows: pairs.some(({ base, own }) => own.outcome === 'succeeded' && rows(base) !== rows(own)),
    notGiven: variant.without,
    notRun: variant.dropped,
    ...(failure !== undefined && { failure }),
  };
};

interface Both {
  readonly with: number;
  readonly without: number;
}

/** Only of one metric: another one would be no comparison. */
const bothOf = (base: Measured | undefined, own: Measured | undefined): readonly Both[] =>
  base !== undefined && base.metric === own?.metric ? [{ with: base.value, without: own.value }] : [];

const gainOf = (pairs: readonly Both[], mode: 'min' | 'max') =>
  pairedDifference(pairs.map((each) => (mode === 'max' ? each.with - each.without : each.without - each.with)));

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
