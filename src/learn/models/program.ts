import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ModelAnswer, ModelOrder } from '../../types/model-program.ts';
import { startBackend } from '../backends/backend.ts';
import { type Examples, loadFirstExamples, readManifest } from '../data/dataset.ts';
import { readFitted } from '../data/fitted/artifact.ts';
import { StageError } from '../error.ts';
import { pathOf } from '../paths.ts';
import { type AnyModelParams, buildAny } from '../pretrained/network.ts';
import { readWeights } from '../pretrained/read-weights.ts';
import { serveOne } from '../program.ts';
import { makeOptimizer, type OptimizerParams } from '../training/optimizers/make.ts';
import { taskOf } from '../training/tasks.ts';
import type { Transform } from '../training/transforms.ts';
import { statisticsOf, variablesOf } from '../training/variables.ts';
import { describeNetwork } from './describe.ts';
import { factsOf, rowsLookedAt } from './lint/facts.ts';
import { type LintParams, lint } from './lint/lint.ts';
import type { NetworkShape } from './list/items.ts';
import { outlineOf } from './outline.ts';

// The program that builds a network as train would, and describes it, for `stemma model`. Nothing is trained.

/** Of train's params, what decides network and step. */
interface Params {
  readonly model: AnyModelParams;
  readonly optimizer: OptimizerParams;
  readonly batch_size: number;
  readonly lint?: LintParams;
  readonly pretrained?: { readonly file?: string; readonly sha256?: string };
}

const describe = async ({ params, deps }: ModelOrder): Promise<ModelAnswer> => {
  const { model, optimizer, batch_size: batchSize, lint: lintParams, pretrained } = params as unknown as Params;
  const folder = pathOf(deps, 'train');
  const manifest = await readManifest(folder);
  const examples = await loadFirstExamples(folder, rowsLookedAt);
  if (examples.targetName === null) throw new StageError('dep train has no target', 'name one in ingest.target');
  await startBackend(await plainBackend());
  const isCut = 'cut' in model && deps['pretrained'] !== undefined;
  const weights = isCut ? await readWeights(deps['pretrained']!, pretrained ?? {}) : undefined;
  const { network } = buildAny(model, weights, { shape: shapeOf(examples), masks: { seed: 1, step: 0 } });
  const fitted = deps['fitted'] === undefined ? undefined : await readFitted(deps['fitted']);
  const subject = { outline: outlineOf(network), data: factsOf(manifest, examples, fitted), batchSize };
  const { transform } = makeOptimizer(optimizer);
  const slots = slotsOf(transform, network);
  return {
    type: 'described',
    model: describeNetwork(network, { batchSize, slots, findings: lint(subject, lintParams) }),
  };
};

const shapeOf = (examples: Examples): NetworkShape => ({
  features: examples.featureShape,
  vocabulary: examples.vocabulary,
  outputs: taskOf(examples.classes).outputs,
});

/** Plain JavaScript starts at once, and there is nothing to compute. */
const plainBackend = async () => {
  const { version_cpu: version } = await import('@tensorflow/tfjs-backend-cpu');
  return { name: 'cpu', version, device: 'cpu', threads: 1, deterministic: true } as const;
};

/** What an optimizer remembers is known from what it begins with. */
const slotsOf = ({ init }: Transform, network: LayersModel): number => {
  const state = tf.tidy(() => init(variablesOf(network), statisticsOf(network)) as tf.NamedTensorMap);
  const slots = Object.values(state).reduce((sum, { size }) => sum + size, 0);
  tf.dispose(state);
  return slots;
};

serveOne<ModelOrder, ModelAnswer>(describe);
