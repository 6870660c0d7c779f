import { basename } from 'node:path';
import { writeJson } from '../../src/learn/data/dataset.ts';
import { counted, listed } from '../../src/learn/data/words.ts';
import { StageError } from '../../src/learn/error.ts';
import { type Costs, type Figure, type Figures, figuresOf, readCosts } from '../../src/learn/gate/figures.ts';
import { judge } from '../../src/learn/gate/judge.ts';
import { pairedDifferences } from '../../src/learn/gate/paired.ts';
import type { GateParams } from '../../src/learn/gate/params.ts';
import type { ClassFigures, Slice } from '../../src/learn/gate/parts.ts';
import { pairPredictions } from '../../src/learn/gate/predictions.ts';
import { isEvaluation } from '../../src/learn/generated/evaluation.js';
import { readFormat } from '../../src/learn/json.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { Evaluation } from '../../src/types/generated/evaluation.ts';
import type { Gate } from '../../src/types/generated/gate.ts';
import type { StageContext, StageRun } from '../../src/types/stage.ts';

/** Accepts or refuses a candidate, and says why. It ends well either way: what comes of the verdict is the runner's. */
export const run: StageRun<GateParams> = async (context) => {
  const { params, deps, outs } = context;
  checkPredictions(context);
  const evaluation = await readEvaluation(pathOf(deps, 'evaluation'));
  const [costs, costsBefore] = [await costsOf(deps['costs']), await costsOf(deps['accepted_costs'])];
  const candidate = figuresOf(evaluation.metrics, costs?.figures);
  const before = deps['accepted'] === undefined ? undefined : await readEvaluation(deps['accepted']);
  const accepted = before && figuresOf(before.metrics, costsBefore?.figures);
  const labels = evaluation.kind === 'labels' ? evaluation.classes : undefined;
  const { paired, remarks } = isOfWords(evaluation)
    ? { paired: new Map(), remarks: accepted === undefined ? [] : [wordsGoTogether] }
    : await pair(context, { candidate, accepted, labels });
  const verdict = judge(params, {
    figures: candidate,
    slices: slicesOf(evaluation),
    classes: classesOf(evaluation),
    accepted,
    paired,
    elsewhere: measuredElsewhere(costs, costsBefore),
    objective: context.objective,
  });
  const gate: Gate = {
    format: 'stemma-gate-v1',
    ...verdict,
    remarks: [...remarks, ...whereMeasured(verdict, costs, costsBefore)],
  };
  await writeJson(pathOf(outs, 'verdict'), gate);
  context.verdict({ accepted: gate.accepted, reasons: gate.reasons });
  context.summarize(summaryOf(gate));
};

const checkPredictions = ({ deps, absent }: StageContext<GateParams>): void => {
  const isGiven = deps['accepted_predictions'] !== undefined || absent.includes('accepted_predictions');
  if (isGiven && deps['predictions'] === undefined)
    throw new StageError(
      'the gate has the predictions of the last accepted model, and not those of the candidate',
      'give it the dep "predictions", as "evaluate.predictions"',
    );
};

const readEvaluation = (path: string): Promise<Evaluation> =>
  readFormat({ path, name: basename(path) }, 'stemma-evaluation-v1', isEvaluation);

const costsOf = async (path: string | undefined): Promise<Costs | undefined> =>
  path === undefined ? undefined : readCosts(path);

/** What was measured on two machines, or with two versions of what computes, is no change of the model. */
const measuredElsewhere = (costs: Costs | undefined, before: Costs | undefined): ReadonlySet<string> =>
  new Set(costs === undefined || before === undefined || costs.on === before.on ? [] : costs.measured);

const whereMeasured = (
  { conditions }: Pick<Gate, 'conditions'>,
  costs: Costs | undefined,
  before: Costs | undefined,
): readonly string[] => {
  const elsewhere = measuredElsewhere(costs, before);
  const asked = conditions.filter(({ kind, metric }) => kind === 'change' && elsewhere.has(metric));
  if (asked.length === 0) return [];
  const names = listed([...new Set(asked.map(({ metric }) => metric))]);
  return [
    `no change of ${names} was judged: the candidate was measured on ${costs?.on ?? 'a machine that is not told'}, the accepted model on ${before?.on ?? 'a machine that is not told'}`,
  ];
};

/** All parts of all slicings, as `island: Torgersen`. */
const slicesOf = ({ slices }: Evaluation): readonly Slice[] | undefined =>
  slices?.flatMap(({ name, parts }) =>
    parts.map(({ value, rows, metrics }) => ({ name: `${name}: ${value}`, rows, metrics })),
  );

const classesOf = (evaluation: Evaluation): readonly ClassFigures[] | undefined => {
  switch (evaluation.kind) {
    case 'regression':
      return undefined;
    case 'boxes':
      return evaluation.per_class.map(({ class: name, boxes: _, predicted: __, ...metrics }) => ({
        class: name,
        metrics,
      }));
    default:
      return evaluation.per_class.map(({ class: name, support: _, ...metrics }) => ({ class: name, metrics }));
  }
};

interface Paired {
  readonly paired: ReadonlyMap<string, Figure>;
  readonly remarks: string[];
}

interface Compared {
  readonly candidate: Figures;
  readonly accepted: Figures | undefined;
  /** Of lists of labels. */
  readonly labels: readonly string[] | undefined;
}

const isOfWords = (evaluation: Evaluation): boolean =>
  evaluation.kind === 'classification' && evaluation.tags !== undefined;

const wordsGoTogether =
  'the two models were compared by their intervals: the target is a tag for each word, and the words of a row are not drawn one by one';

/** The two models example by example, where that can be; else a remark says why not. */
const pair = async (
  { params, deps, seed, objective }: StageContext<GateParams>,
  { candidate, accepted, labels }: Compared,
): Promise<Paired> => {
  const { predictions, accepted_predictions: before } = deps as Readonly<Partial<Record<string, string>>>;
  if (predictions === undefined || before === undefined || accepted === undefined)
    return { paired: new Map(), remarks: [] };
  const rows = await pairPredictions(predictions, before);
  if (typeof rows === 'string')
    return { paired: new Map(), remarks: [`the two models were compared by their intervals: ${rows}`] };
  const metrics = params.change === undefined ? [objective?.metric ?? ''] : Object.keys(params.change);
  const paired = pairedDifferences(rows, { metrics, candidate, accepted, labels, seed: seed('paired') });
  return { paired, remarks: [] };
};

/** As "accepted: 3 conditions kept", or "refused: 1 of 3 conditions not kept": which, the end of the run tells. */
const summaryOf = ({ accepted, conditions, reasons }: Gate): string => {
  if (!accepted) return `refused: ${reasons.length} of ${counted(conditions.length, 'condition')} not kept`;
  const kept = conditions.filter(({ outcome }) => outcome === 'passed').length;
  const open = conditions.length - kept;
  return `accepted: ${counted(kept, 'condition')} kept${open === 0 ? '' : `, ${open} not judged`}`;
};
