import { augment } from '../../src/learn/data/augment/augment.ts';
import type { AugmentParams } from '../../src/learn/data/augment/params.ts';
import { described } from '../../src/learn/data/augment/preview.ts';
import { counted } from '../../src/learn/data/words.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';

export const run: StageRun<AugmentParams> = async (context) => {
  const { params } = context;
  const outs = { train: pathOf(context.outs, 'train'), preview: pathOf(context.outs, 'preview') };
  const { rows } = await augment(pathOf(context.deps, 'train'), outs, { params, seed: context.seed('augment') });
  const when = params.copies === 0 ? 'anew in each epoch' : `${params.copies} written for each row`;
  context.summarize(`${counted(rows, 'example')}, ${described(params)}, ${when}`);
};
