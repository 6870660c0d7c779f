import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJson } from '../../src/learn/data/dataset.ts';
import { StageError } from '../../src/learn/error.ts';
import { type GanTraining, type GanWatcher, trainGan } from '../../src/learn/gan/train.ts';
import { findingsOf } from '../../src/learn/gan/trouble.ts';
import type { Turns } from '../../src/learn/gan/turn.ts';
import { formatMetric } from '../../src/learn/metrics/format.ts';
import { saveModel } from '../../src/learn/models/files.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { GanEpoch } from '../../src/types/generated/gan-history.ts';
import type { ModelCard } from '../../src/types/generated/model.ts';
import type { StageContext, StageRun } from '../../src/types/stage.ts';
import type { GanParams } from './params.ts';
import { prepare } from './prepare.ts';

/** Trains the two against each other, and writes the generator with what was recorded. */
export const run: StageRun<GanParams> = async (context) => {
  const training = await prepare(context);
  let bridged: readonly string[] = [];
  let way: Turns['way'] = 'eager';
  const { history, sheets } = await trainGan(training, {
    ...watcherOf(context),
    bridged: (kernels) => {
      bridged = kernels;
    },
    playing: (chosen, reason) => {
      way = chosen;
      if (reason !== undefined) context.notice(`the step is not compiled but taken op by op: ${reason}`);
    },
  });
  const { network } = training.game.generator;
  await saveModel(pathOf(context.outs, 'generator'), { network, card: cardOf(training) });
  await writeJson(pathOf(context.outs, 'history'), history);
  await writeJson(pathOf(context.outs, 'findings'), findingsOf(history.epochs, training));
  const folder = pathOf(context.outs, 'samples');
  await mkdir(folder, { recursive: true });
  for (const [at, sheet] of sheets.entries())
    await writeFile(join(folder, `epoch-${String(at + 1).padStart(4, '0')}.png`), sheet);
  const { epoch, ...last } = history.epochs.at(-1)!;
  context.summarize(`epoch ${epoch} of ${epoch}: ${wordsOf(last)}`);
  context.metrics(last);
  context.telemetry({ bridged_kernels: bridged, way });
};

const watcherOf = ({
  progress,
  notice,
  params,
  signal,
}: StageContext<GanParams>): Omit<GanWatcher, 'bridged' | 'playing'> => {
  let note: string | undefined;
  return {
    signal,
    stepped: ({ generatorLoss, discriminatorLoss }, done, total) => {
      const losses = `generator_loss ${formatMetric(generatorLoss)}, discriminator_loss ${formatMetric(discriminatorLoss)}`;
      progress({ done, total, unit: 'steps', note: note ?? losses });
    },
    ended: ({ epoch, ...measured }) => {
      note = `epoch ${epoch}: ${wordsOf(measured)}`;
    },
    damaged: (name) => notice(`${name} is damaged and is not used: the training starts from the one before, or anew`),
    found: ({ id, severity, message, remedy }) => {
      if (severity === 'error' && params.on_trouble === 'stop')
        throw new StageError(`on_trouble is "stop", and ${id} was found: ${message}`, remedy);
      notice(`${severity} ${id}: ${message}; ${remedy}`);
    },
  };
};

const wordsOf = (measured: Omit<GanEpoch, 'epoch'>): string =>
  Object.entries(measured)
    .map(([name, value]) => `${name} ${formatMetric(value)}`)
    .join(', ');

const cardOf = ({ game: { board, generator }, train }: GanTraining): ModelCard => ({
  format: 'stemma-model-v1',
  features: {
    shape: [board.latent + board.classes],
    names: [
      ...Array.from({ length: board.latent }, (_, at) => `latent[${at}]`),
      ...(board.classes > 0 ? train.classes! : []),
    ],
  },
  target: train.featureNames[0]!,
  classes: null,
  output: 'values',
  parameters: generator.network.countParams(),
});
