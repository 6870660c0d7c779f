import { type Normalized, normalize, type SplitPaths } from '../../src/learn/data/normalize/normalize.ts';
import type { NormalizeParams } from '../../src/learn/data/normalize/params.ts';
import { counted } from '../../src/learn/data/words.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';

export const run: StageRun<NormalizeParams> = async (context) => {
  const paths = (split: string): SplitPaths => ({
    split,
    from: pathOf(context.deps, split),
    to: pathOf(context.outs, split),
  });
  const others = ['validation', 'test'].filter((split) => context.deps[split] !== undefined);
  const splits = [paths('train'), ...others.map(paths)] as const;
  const normalized = await normalize(splits, pathOf(context.outs, 'fitted'), context.params);
  context.summarize(summaryOf(normalized));
};

/** As "7 features fitted on 54,000 examples (test: 2 unknown labels)". */
const summaryOf = ({ fitted, unknown }: Normalized): string => {
  const found = Object.entries(unknown).filter(([, count]) => count > 0);
  const remark = found.map(([split, count]) => `${split}: ${counted(count, 'unknown label')}`).join(', ');
  const fits = `${counted(fitted.features.length, 'feature')} fitted on ${counted(fitted.rows, 'example')}`;
  return remark === '' ? fits : `${fits} (${remark})`;
};
