import { augment } from '../../src/learn/data/augment/augment.ts';
import { described } from '../../src/learn/data/augment/described.ts';
import type { AugmentParams } from '../../src/learn/data/augment/params.ts';
import { counted } from '../../src/learn/data/words.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';

export const run: StageRun<AugmentParams> = async (context) => {
  const { params } = context;
  const outs = { train: pathOf(context.outs, 'train'), preview: pathOf(context.outs, 'preview') };
  const { transforms, synonyms } = context.deps;
  const deps = { train: pathOf(context.deps, 'train'), transforms, synonyms };
  const { manifest, policy } = await augment(deps, outs, { params, seed: context.seed('augment') });
  const when = params.copies === 0 ? 'anew in each epoch' : `${params.copies} written for each row`;
  context.summarize(`${counted(manifest.rows, 'example')}, ${described(policy)}, ${when}`);
  for (const [name, reason] of Object.entries(policy.despite)) {
    context.notice(`the pack "${policy.pack}" forbids ${name}; it is applied despite that: ${reason}`);
  }
};
