import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '../../src/learn/backends/backend.ts';
import { initialize } from '../../src/learn/models/initialize.ts';
import { buildNetwork } from '../../src/learn/models/presets.ts';
import { batchOf, heldBatchOf, picks, spaceFor } from '../../src/learn/training/batches.ts';
import { stepperFor } from '../../src/learn/training/choose-stepper.ts';
import { attend } from '../../src/learn/training/doctor/attend.ts';
import { all, type Listener } from '../../src/learn/training/events.ts';
import { usualLogEvery } from '../../src/learn/training/step-log.ts';
import { taskOf } from '../../src/learn/training/tasks.ts';
import { type Training, train } from '../../src/learn/training/train.ts';
import { statisticsOf, variablesOf } from '../../src/learn/training/variables.ts';
import type { GrantedBackend, StageContext } from '../../src/types/stage.ts';
import type { TrainParams } from '../../stages/train/params.ts';
import { reporter } from '../../stages/train/reporter.ts';
import { watch } from '../../stages/train/watch.ts';
import { peakMemory } from '../peak-memory.ts';
import { adam, imagesOf, models } from './networks.ts';

/**
 * Trains one of the bench's networks, an epoch for each line on stdin. WAY is `bare`: an epoch's steps alone, of batches that are
 * there, read once; `loop`: the training loop, with its batches, readings, records and a checkpoint; or `all`: the loop with all
 * that listens in a run (doctor, measured steps, TensorBoard, progress). Prints `ready`, then of each epoch seconds, the most megabytes and
 * seconds of processor time.
 */
const [choice, way, network, batch, steps] = process.argv.slice(2) as [string, string, string, string, string];
const batchSize = Number(batch);

await startBackend(JSON.parse(choice) as GrantedBackend);
const examples = imagesOf(batchSize * Number(steps));
const task = taskOf(examples.classes);
const masks = { seed: 1, step: 0 };
const built = buildNetwork(models[network]!, { features: examples.featureShape, outputs: task.outputs }, masks);
initialize(built, 1);
const optimizer = adam();

const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
let [started, used] = [0, process.cpuUsage()];

const begin = (): void => {
  [started, used] = [performance.now(), process.cpuUsage()];
};

const taken = (): string => {
  const { user, system } = process.cpuUsage(used);
  return `${(performance.now() - started) / 1000} ${peakMemory()} ${(user + system) / 1e6}`;
};

// While others train, the clocks of this program stand still: what is paced by time would be due after each epoch otherwise.
const clocks = { performance: performance.now.bind(performance), date: Date.now };
let waited = 0;
performance.now = () => clocks.performance() - waited;
Date.now = () => clocks.date() - Math.round(waited);

/** Answers with what the epoch took, and waits for the next line. */
const next = async (said = taken()): Promise<void> => {
  console.log(said);
  const asked = clocks.performance();
  if ((await lines.next()).done === true) process.exit(0);
  waited += clocks.performance() - asked;
  begin();
};

const takeBare = async (): Promise<void> => {
  const trainee = {
    ...{ network: built, task, transform: optimizer.transform, featureShape: examples.featureShape },
    ...{ variables: variablesOf(built), statistics: statisticsOf(built) },
  };
  const state = tf.tidy(() => optimizer.transform.init(trainee.variables, trainee.statistics) as tf.NamedTensorMap);
  const setting = { train: examples, batchSize, optimizer, masks, compile: true };
  const stepper = await stepperFor(setting, trainee, { state, tell: () => undefined });
  const { takeHeld } = stepper;
  const all = [...picks(examples, { batchSize, epoch: 1, seed: 1 })];
  // What is fed is made before the clock runs: a batch's row numbers, or else one batch for all.
  const held = takeHeld && all.map((rows) => heldBatchOf(examples, rows));
  const fed = held === undefined ? batchOf(examples, all[0]!, 1, spaceFor(examples, batchSize)) : undefined;
  for (let step = 0; ; ) {
    for (let taken = 0; taken < Number(steps); taken += 1, step += 1) {
      const place = { step, rate: optimizer.peak };
      if (fed === undefined) takeHeld!(held![taken]!, place);
      else stepper.take(fed, place);
    }
    await stepper.read();
    await next(step === Number(steps) ? 'ready' : undefined);
  }
};

const takeLoop = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'stemma-bench-loop-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const training: Training = {
    ...{ network: built, task, masks, train: examples, validation: null, optimizer, batchSize, compile: true },
    ...{ schedule: { shareAt: () => 1, plan: 'constant' }, epochs: 100_000, keep: 'last', shuffleSeed: 1 },
    monitor: { name: 'loss', mode: 'min', minDelta: 0, patience: undefined },
    scratch: join(folder, 'scratch'),
    ...{ checkpointSeconds: 300, checkpointShare: 0.01 },
    ...(way === 'all' ? { logEvery: usualLogEvery(Number(steps)) } : {}),
  };
  const doctor = attend(training, () => undefined);
  const listeners = way === 'all' ? [doctor.tell, ...people(training, join(folder, 'observations'))] : [];
  const ask: Listener = (event) =>
    event.type === 'epoch ended' ? next(event.record.epoch === 1 ? 'ready' : undefined) : undefined;
  const tellAll = all(...listeners);
  // An epoch has ended when all have heard of it to the end; of a step, nobody is waited for. The checkpoint that follows
  // counts to the next epoch.
  const tell: Listener = (event) => {
    const heard = tellAll(event);
    return event.type === 'epoch ended' ? Promise.resolve(heard).then(() => ask(event)) : ask(event);
  };
  await train(training, { signal: new AbortController().signal, tell, memory: doctor.memory });
};

const people = (training: Training, observations: string): Listener[] => {
  const nothing = () => undefined;
  const context = {
    ...{ stage: 'train', params: {}, observations, progress: nothing, notice: nothing, summarize: nothing },
    ...{ metrics: nothing, telemetry: nothing },
  } as unknown as StageContext<TrainParams>;
  return [watch(context, training), reporter(context, training.train.rows)];
};

await (way === 'bare' ? takeBare() : takeLoop());
