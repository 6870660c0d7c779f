import { startBackend } from '../../src/learn/backends/backend.ts';
import { bridgeMissingKernels } from '../../src/learn/backends/bridge.ts';
import { type Examples, loadExamples, writeJson } from '../../src/learn/data/dataset.ts';
import { answersOf, gapsOf } from '../../src/learn/diagnosis/answers.ts';
import { baselinesOf } from '../../src/learn/diagnosis/baselines.ts';
import { courseOf } from '../../src/learn/diagnosis/course.ts';
import { diagnose } from '../../src/learn/diagnosis/diagnose.ts';
import { type JudgedTarget, judgedTarget } from '../../src/learn/diagnosis/judged-target.ts';
import { epochsOf, readJudgedHistory } from '../../src/learn/diagnosis/read-history.ts';
import { augmentOf, trainIn } from '../../src/learn/diagnosis/remedies/subject.ts';
import { someOf } from '../../src/learn/diagnosis/sample.ts';
import { chooseTarget, interfaceFor } from '../../src/learn/evaluation/choose-target.ts';
import { checkFit, checkOutputs } from '../../src/learn/evaluation/fit.ts';
import { readCard } from '../../src/learn/models/card.ts';
import type { Model } from '../../src/learn/models/model.ts';
import { loadModel, outputsOf, tryPrediction } from '../../src/learn/models/predict.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { Diagnosis } from '../../src/types/generated/diagnosis.ts';
import type { MetricValue, StageContext, StageRun } from '../../src/types/stage.ts';
import { type Answered, controlOf } from './control.ts';
import type { DiagnoseParams } from './params.ts';
import { aboutExamples, refuseUnusable } from './subject.ts';

/** Predicts some of train and validation with the weights that were kept, and judges them with the history. */
export const run: StageRun<DiagnoseParams> = async (context) => {
  const { params, deps, outs, upstream } = context;
  const history = await readJudgedHistory(pathOf(deps, 'history'));
  const card = await readCard(pathOf(deps, 'model'));
  const chosen = chooseTarget(card, params.target);
  const load = (dep: string) => loadExamples(pathOf(deps, dep), { inputs: card.inputs, targets: 'any' });
  const [all, validation] = [await load('train'), await load('validation')];
  refuseUnusable(all, validation);
  await startBackend(context.backend!);
  const model = await loadModel(pathOf(deps, 'model'), { targets: 'any' });
  const judged = judgedTarget(card, chosen);
  for (const [dep, examples] of [['train', all], ['validation', validation]] as const) // biome-ignore format: two pairs
    checkFit(interfaceFor(card, chosen), judged.examples(examples), dep);
  const train = await answered(model, someOf(all, params.sample), { context, dep: 'train', judged });
  const held = await answered(model, someOf(validation, params.sample), { context, dep: 'validation', judged });
  const target = (card.targets?.length ?? 1) > 1 ? chosen?.name : undefined;
  const course = courseOf(epochsOf(history, target));
  const trainStage = trainIn(upstream);
  const { baselines, leftOut } = params.baselines
    ? baselinesOf(train.examples, held.examples, held.answers)
    : { baselines: [], leftOut: [] };
  const diagnosis = diagnose({
    ...{ history, course, target, baselines, leftOut, gaps: gapsOf(train.answers, held.answers) },
    rows: { train: train.examples.rows, validation: held.examples.rows },
    memorization: await controlOf(model, { all, ours: train, history, judged }, context),
    subject: {
      train: trainStage,
      augment: augmentOf(trainStage, upstream),
      ...aboutExamples(all, train),
      hasValidation: trainStage?.deps['validation'] !== undefined,
      ...{ epochs: history.epochs.length, stopped: history.stopped, kept: history.kept, lowest: course.told.lowest },
    },
  });
  await writeJson(pathOf(outs, 'diagnosis'), diagnosis);
  context.metrics(metricsOf(diagnosis));
  context.summarize(summaryOf(diagnosis));
};

interface Asking {
  readonly context: StageContext<DiagnoseParams>;
  readonly dep: string;
  readonly judged: JudgedTarget;
}

/** Examples with the target that is judged, and what the model says of it. */
const answered = async (model: Model, all: Examples, { context, dep, judged }: Asking): Promise<Answered> => {
  const { backend, notice, progress } = context;
  for (const kernel of await bridgeMissingKernels(() => tryPrediction(model, all)))
    notice(`backend ${backend!.name} lacks the kernel ${kernel}: plain JavaScript computes it, slowly`);
  const outputs = await outputsOf(model.network, all);
  checkOutputs(outputs, all.rows);
  progress({ done: all.rows, total: all.rows, unit: 'examples', note: dep });
  const examples = judged.examples(all);
  return { examples, answers: answersOf(judged.outputs(outputs), examples) };
};

/** As `gap_loss` and `gap_accuracy`, with their intervals. */
const metricsOf = ({ gaps }: Diagnosis): Record<string, MetricValue> =>
  Object.fromEntries(gaps.map(({ measure, gap }) => [`gap_${measure}`, { ...gap }]));

/** The verdict, and what else is worth a change. */
const summaryOf = ({ sentence, findings }: Diagnosis): string => {
  const others = findings.filter((finding) => finding.severity === 'warning' && !sentence.endsWith(finding.sentence));
  return [sentence, ...others.map((finding) => `${finding.kind}: ${finding.sentence}`)].join('; ');
};
