import { join } from 'node:path';
import { writeJson } from '../../src/learn/data/dataset.ts';
import { readFitted } from '../../src/learn/data/fitted/artifact.ts';
import { saveModel } from '../../src/learn/models/files.ts';
import { pathOf } from '../../src/learn/paths.ts';
import { type Training, train } from '../../src/learn/training/train.ts';
import type { ModelCard } from '../../src/types/generated/model.ts';
import type { LintFinding } from '../../src/types/model-program.ts';
import type { StageRun } from '../../src/types/stage.ts';
import { lintTraining } from './lint.ts';
import type { TrainParams } from './params.ts';
import { prepare } from './prepare.ts';
import { reporter } from './reporter.ts';

export { rehearse } from './rehearse.ts';

/** Builds the network, trains it, and writes it with what was recorded. */
export const run: StageRun<TrainParams> = async (context) => {
  const training = await prepare(context);
  const findings = await lintTraining(context, training);
  const history = await train(training, { signal: context.signal, tell: reporter(context, training.train.rows) });
  const { network } = training;
  await saveModel(pathOf(context.outs, 'model'), { network, card: cardOf(training, findings) });
  await takeFitted(context);
  await writeJson(pathOf(context.outs, 'history'), history);
  if (training.pretrained !== undefined) await writeJson(pathOf(context.outs, 'pretrained'), training.pretrained);
};

/** What makes raw rows into the features of the model stays with it. */
const takeFitted = async ({ deps, outs }: Parameters<typeof run>[0]): Promise<void> => {
  if (deps['fitted'] === undefined) return;
  const fitted = await readFitted(deps['fitted']);
  await writeJson(join(pathOf(outs, 'model'), 'fitted.json'), fitted);
};

const cardOf = ({ train: examples, task, network }: Training, findings: readonly LintFinding[]): ModelCard => ({
  format: 'stemma-model-v1',
  features: { shape: [...examples.featureShape], names: [...examples.featureNames] },
  target: examples.targetName!,
  classes: examples.classes && [...examples.classes],
  output: task.kind === 'classes' ? 'logits' : 'values',
  parameters: network.countParams(),
  ...(findings.length === 0 ? {} : { findings: [...findings] }),
});
