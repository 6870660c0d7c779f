import { fittedStage } from '../../src/learn/data/fitted/stage.ts';
import { type Normalized, normalize } from '../../src/learn/data/normalize/normalize.ts';
import type { NormalizeParams } from '../../src/learn/data/normalize/params.ts';
import { counted } from '../../src/learn/data/words.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';

export const run: StageRun<NormalizeParams> = async (context) => {
  const { splits, before } = fittedStage(context);
  const paths = { before, path: pathOf(context.outs, 'fitted') };
  context.summarize(summaryOf(await normalize(splits, paths, context.params)));
};

/** As "7 features fitted on 54,000 examples (test: 2 unknown labels)". */
const summaryOf = ({ step, unknown }: Normalized): string => {
  const found = Object.entries(unknown).filter(([, count]) => count > 0);
  const remark = found.map(([split, count]) => `${split}: ${counted(count, 'unknown label')}`).join(', ');
  const fits = `${counted(step.features.length, 'feature')} fitted on ${counted(step.rows, 'example')}`;
  return remark === '' ? fits : `${fits} (${remark})`;
};
