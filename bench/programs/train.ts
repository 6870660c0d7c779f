import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '../../src/learn/backends/backend.ts';
import { initialize } from '../../src/learn/models/initialize.ts';
import { buildNetwork } from '../../src/learn/models/presets.ts';
import { batches } from '../../src/learn/training/batches.ts';
import { stepperFor } from '../../src/learn/training/choose-stepper.ts';
import { taskOf } from '../../src/learn/training/tasks.ts';
import { statisticsOf, variablesOf } from '../../src/learn/training/variables.ts';
import type { GrantedBackend } from '../../src/types/stage.ts';
import { adam, imagesOf, models } from './networks.ts';

/**
 * Trains one of the bench's networks as `train` does, but for validation and checkpoints: a round for each line on
 * stdin. Prints `ready` and the way in which steps are taken, then the seconds of each round.
 */
const [choice, way, network, batchSize, steps] = process.argv.slice(2) as [string, string, string, string, string];
const stepsPerReading = 10;

await startBackend(JSON.parse(choice) as GrantedBackend);
const train = imagesOf(Number(batchSize) * Number(steps));
const task = taskOf(train.classes);
const masks = { seed: 1, step: 0 };
const built = buildNetwork(models[network]!, { features: train.featureShape, outputs: task.outputs }, masks);
initialize(built, 1);
const optimizer = adam();
const trainee = {
  ...{ network: built, task, transform: optimizer.transform, featureShape: train.featureShape },
  ...{ variables: variablesOf(built), statistics: statisticsOf(built) },
};
const taken: string[] = [];
const stepper = await stepperFor(
  { train, batchSize: Number(batchSize), optimizer, masks, compile: way === 'compiled' },
  trainee,
  {
    state: tf.tidy(() => optimizer.transform.init(trainee.variables, trainee.statistics) as tf.NamedTensorMap),
    tell: (event) => {
      if (event.type === 'stepping') taken.push([event.way, event.reason ?? []].flat().join(': '));
    },
  },
);

let step = 0;
const round = async (): Promise<void> => {
  for (const batch of batches(train, { batchSize: Number(batchSize), epoch: 1 + step, seed: 1 })) {
    stepper.take(batch, { step, rate: optimizer.peak });
    step += 1;
    if (step % stepsPerReading === 0) await stepper.read();
  }
  await stepper.read();
};

await round();
console.log(`ready ${taken[0]}`);
for await (const _ of createInterface(process.stdin)) {
  const started = performance.now();
  await round();
  console.log((performance.now() - started) / 1000);
}
