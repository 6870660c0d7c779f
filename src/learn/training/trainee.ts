import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Examples } from '../data/examples.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import type { Trainee } from './step.ts';
import type { Task } from './tasks.ts';
import { frozenOf, statisticsOf, variablesOf } from './variables.ts';

interface Learner {
  readonly network: LayersModel;
  readonly task: Task;
  readonly optimizer: Optimizer;
  readonly train: Examples;
}

/** What the steps of a training work on, as its layers are now: some learn, some may be frozen. */
export const traineeOf = ({ network, task, optimizer, train: { featureShape } }: Learner): Trainee => ({
  ...{ network, task, featureShape, transform: optimizer.transform },
  ...{ variables: variablesOf(network), statistics: statisticsOf(network), frozen: frozenOf(network) },
});
