import { fittedStage } from '../../src/learn/data/fitted/stage.ts';
import { type Bounded, boundOutliers } from '../../src/learn/data/outliers/outliers.ts';
import type { OutliersParams } from '../../src/learn/data/outliers/params.ts';
import { counted, listed } from '../../src/learn/data/words.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';

export const run: StageRun<OutliersParams> = async (context) => {
  const { splits, before } = fittedStage(context);
  const { outs } = context;
  const paths = { before, fitted: pathOf(outs, 'fitted'), ledger: pathOf(outs, 'ledger') };
  const bounded = await boundOutliers(splits, paths, { params: context.params, seed: context.seed('trees') });
  if (bounded.flat.length > 0) {
    context.notice(`not judged, since train's values have no spread by the method: ${listed(bounded.flat)}`);
  }
  context.summarize(summaryOf(bounded));
};

/** As "6 features bounded on 240 examples (train: 3 outliers, 2 rows dropped, test: 1 outlier)", or "rows judged …". */
const summaryOf = ({ step, outliers, dropped }: Bounded): string => {
  const counts = Object.entries(outliers).map(([split, count]) => {
    const gone = split === 'train' && step.action === 'drop' ? `, ${counted(dropped, 'row')} dropped` : '';
    return `${split}: ${counted(count, 'outlier')}${gone}`;
  });
  const judged =
    step.judge === undefined
      ? `${counted(step.features.length, 'feature')} bounded on`
      : `rows judged by ${counted(step.judge.columns.length, 'feature')} of`;
  return `${judged} ${counted(step.rows, 'example')} (${counts.join(', ')})`;
};
