import type { SplitParams } from '../../src/learn/data/split/params.ts';
import { split } from '../../src/learn/data/split/split.ts';
import { counted, grouped } from '../../src/learn/data/words.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';

export const run: StageRun<SplitParams> = async (context) => {
  const outs = {
    train: pathOf(context.outs, 'train'),
    validation: pathOf(context.outs, 'validation'),
    test: pathOf(context.outs, 'test'),
    assignment: pathOf(context.outs, 'assignment'),
  };
  const deps = {
    examples: pathOf(context.deps, 'examples'),
    groups: context.deps['groups'],
    splits: context.deps['splits'],
  };
  const { rows, gap, shared } = await split(deps, outs, { params: context.params, seed: context.seed('split') });
  const apart = gap === 0 ? '' : `, ${grouped(gap)} in gaps`;
  const leak = shared === 0 ? '' : ` (${counted(shared, 'row')} outside test also in it: see clean.duplicates)`;
  context.summarize(
    `${grouped(rows.train)} train, ${grouped(rows.validation)} validation, ${grouped(rows.test)} test${apart}${leak}`,
  );
};
