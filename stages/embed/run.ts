import { startBackend } from '../../src/learn/backends/backend.ts';
import { bridgeMissingKernels } from '../../src/learn/backends/bridge.ts';
import { loadFirstExamples, readManifest } from '../../src/learn/data/dataset.ts';
import { counted } from '../../src/learn/data/words.ts';
import { embed } from '../../src/learn/embed/embed.ts';
import { savePrefix, takePrefix } from '../../src/learn/embed/prefix.ts';
import { writeExampleForm } from '../../src/learn/models/example-form.ts';
import { tryOutputs } from '../../src/learn/models/predict.ts';
import { pathOf } from '../../src/learn/paths.ts';
import { readWeights } from '../../src/learn/pretrained/read-weights.ts';
import type { StageRun } from '../../src/types/stage.ts';

interface Params {
  readonly cut: string | number;
  readonly pooling?: 'avg' | 'max';
  readonly batch_size: number;
  readonly file?: string;
  readonly sha256?: string;
}

const splits = ['train', 'validation', 'test'] as const;

/** Takes the first layers of the network, and computes what they make of each split that is given. */
export const run: StageRun<Params> = async (context) => {
  const { params, deps, outs, memo } = context;
  const weights = await readWeights(pathOf(deps, 'pretrained'), params);
  const first = await loadFirstExamples(pathOf(deps, 'train'), 1);
  const backend = context.backend!;
  await startBackend(backend);
  const prefix = takePrefix(weights, params, first);
  for (const kernel of await bridgeMissingKernels(() => tryOutputs(prefix.network, first)))
    context.notice(`backend ${backend.name} lacks the kernel ${kernel}: plain JavaScript computes it, slowly`);

  const told: string[] = [];
  let [computed, shards] = [0, 0];
  for (const split of splits.filter((each) => deps[each] !== undefined)) {
    const files = context.files(split) ?? [];
    const embedded = await embed(pathOf(deps, split), pathOf(outs, split), {
      ...{ prefix, backend, batchSize: params.batch_size, memo, files },
      progress: (done) => context.progress({ done, total: done, unit: 'examples', note: split }),
    });
    computed += embedded.computed;
    shards += embedded.manifest.shards.length;
    told.push(`${counted(embedded.manifest.rows, 'example')} of ${split}`);
  }
  await savePrefix(pathOf(outs, 'prefix'), prefix);
  await writeExampleForm(pathOf(outs, 'prefix'), await readManifest(pathOf(deps, 'train')));
  context.telemetry({ computed_shards: computed, kept_shards: shards - computed });
  const { cut } = prefix.card.pretrained;
  context.summarize(`${told.join(', ')}: [${prefix.card.shape.join(', ')}] each, at "${cut}"`);
};
