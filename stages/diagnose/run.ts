import { startBackend } from '../../src/learn/backends/backend.ts';
import { bridgeMissingKernels } from '../../src/learn/backends/bridge.ts';
import { type Examples, loadExamples, writeJson } from '../../src/learn/data/dataset.ts';
import { type Answers, answersOf, gapsOf } from '../../src/learn/diagnosis/answers.ts';
import { baselinesOf } from '../../src/learn/diagnosis/baselines.ts';
import { courseOf } from '../../src/learn/diagnosis/course.ts';
import { diagnose } from '../../src/learn/diagnosis/diagnose.ts';
import { readJudgedHistory } from '../../src/learn/diagnosis/read-history.ts';
import { augmentOf, trainIn } from '../../src/learn/diagnosis/remedies/subject.ts';
import { someOf } from '../../src/learn/diagnosis/sample.ts';
import { checkFit, checkOutputs } from '../../src/learn/evaluation/fit.ts';
import type { Model } from '../../src/learn/models/model.ts';
import { loadModel, outputsOf, tryPrediction } from '../../src/learn/models/predict.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { Diagnosis } from '../../src/types/generated/diagnosis.ts';
import type { MetricValue, StageContext, StageRun } from '../../src/types/stage.ts';
import { controlOf } from './control.ts';
import type { DiagnoseParams } from './params.ts';
import { dataOf, refuseUnusable } from './subject.ts';

/** Predicts some of train and validation with the weights that were kept, and judges them with the history. */
export const run: StageRun<DiagnoseParams> = async (context) => {
  const { params, deps, outs, upstream } = context;
  const history = await readJudgedHistory(pathOf(deps, 'history'));
  const [all, validation] = [await loadExamples(pathOf(deps, 'train')), await loadExamples(pathOf(deps, 'validation'))];
  refuseUnusable(all, validation);
  await startBackend(context.backend!);
  const model = await loadModel(pathOf(deps, 'model'));
  const [train, held] = [someOf(all, params.sample), someOf(validation, params.sample)];
  const ours = await answers(model, train, { context, dep: 'train' });
  const theirs = await answers(model, held, { context, dep: 'validation' });
  const kind = model.card.classes === null ? 'number' : 'classes';
  const course = courseOf(history.epochs);
  const trainStage = trainIn(upstream);
  const diagnosis = diagnose({
    ...{ history, course, gaps: gapsOf(ours, theirs, kind) },
    rows: { train: train.rows, validation: held.rows },
    baselines: params.baselines ? baselinesOf(train, held, theirs) : [],
    memorization: await controlOf(model, { all, sample: train, ours, history }, context),
    subject: {
      train: trainStage,
      augment: augmentOf(trainStage, upstream),
      data: dataOf(all),
      ...{ target: kind, hasValidation: trainStage?.deps['validation'] !== undefined },
      ...{ epochs: history.epochs.length, stopped: history.stopped, kept: history.kept, lowest: course.told.lowest },
    },
  });
  await writeJson(pathOf(outs, 'diagnosis'), diagnosis);
  context.metrics(metricsOf(diagnosis));
  context.summarize(summaryOf(diagnosis));
};

const answers = async (
  model: Model,
  examples: Examples,
  { context, dep }: { readonly context: StageContext<DiagnoseParams>; readonly dep: string },
): Promise<Answers> => {
  checkFit(model.card, examples);
  const { backend, notice, progress } = context;
  for (const kernel of await bridgeMissingKernels(() => tryPrediction(model, examples)))
    notice(`backend ${backend!.name} lacks the kernel ${kernel}: plain JavaScript computes it, slowly`);
  const outputs = await outputsOf(model.network, examples);
  checkOutputs(outputs, examples.rows);
  progress({ done: examples.rows, total: examples.rows, unit: 'examples', note: dep });
  return answersOf(outputs, examples);
};

/** As `gap_loss` and `gap_accuracy`, with their intervals. */
const metricsOf = ({ gaps }: Diagnosis): Record<string, MetricValue> =>
  Object.fromEntries(gaps.map(({ measure, gap }) => [`gap_${measure}`, { ...gap }]));

/** The verdict, and what else is worth a change. */
const summaryOf = ({ sentence, findings }: Diagnosis): string => {
  const others = findings.filter((finding) => finding.severity === 'warning' && !sentence.endsWith(finding.sentence));
  return [sentence, ...others.map((finding) => `${finding.kind}: ${finding.sentence}`)].join('; ');
};
