import type { Examples } from '../../src/learn/data/dataset.ts';
import { counted } from '../../src/learn/data/words.ts';
import type { Answers } from '../../src/learn/diagnosis/answers.ts';
import type { JudgedTarget } from '../../src/learn/diagnosis/judged-target.ts';
import { costOf, memorizationOf, type TrainingPlan } from '../../src/learn/diagnosis/memorization.ts';
import { reachOf } from '../../src/learn/diagnosis/reach.ts';
import { trainIn } from '../../src/learn/diagnosis/remedies/subject.ts';
import { StageError } from '../../src/learn/error.ts';
import type { Model } from '../../src/learn/models/model.ts';
import type { DiagnosisMemorization } from '../../src/types/generated/diagnosis.ts';
import type { TrainingHistory } from '../../src/types/generated/history.ts';
import type { StageContext } from '../../src/types/stage.ts';
import type { DiagnoseParams } from './params.ts';

/** Examples with the target that is judged alone, and what the model says of it. */
export interface Answered {
  readonly examples: Examples;
  readonly answers: Answers;
}

interface Trained {
  /** All of train, with all targets. */
  readonly all: Examples;
  /** A sample of it. */
  readonly ours: Answered;
  readonly history: TrainingHistory;
  readonly judged: JudgedTarget;
}

/**
 * The control of random labels, where it is asked for. It says before what it will cost. The model's weights are lost.
 *
 * @throws StageError where it is not known how the training was done.
 */
export const controlOf = async (
  model: Model,
  { all, ours, history, judged }: Trained,
  context: StageContext<DiagnoseParams>,
): Promise<DiagnosisMemorization | undefined> => {
  const { params, notice, progress, upstream } = context;
  if (!params.memorization) return undefined;
  const stage = trainIn(upstream);
  if (stage === undefined)
    throw new StageError(
      'memorization repeats the training, and the history is not of a stage of type "train"',
      'leave memorization out',
    );
  const { length: epochs } = history.epochs;
  const options = { plan: stage.params as unknown as TrainingPlan, epochs, most: params.memorization_examples };
  const { examples, steps } = costOf(all, options);
  notice(
    `memorization: trains ${counted(steps, 'step')} in ${counted(epochs, 'epoch')} on ${counted(examples, 'example')} with random targets; memorization_examples bounds that`,
  );
  const { value: actual } = reachOf(ours.answers, ours.examples).value;
  return memorizationOf(
    model.network,
    { examples: all, actual },
    {
      ...options,
      judged,
      seed: context.seed('memorization'),
      scratch: context.scratch,
      signal: context.signal,
      tell: (event) => {
        if (event.type === 'stepped')
          progress({ done: event.done, total: steps, unit: 'steps', note: 'random targets' });
        if (event.type === 'bridged' && event.kernels.length > 0)
          notice(
            `backend ${context.backend!.name} lacks ${event.kernels.join(', ')}: plain JavaScript computes it, slowly`,
          );
      },
    },
  );
};
