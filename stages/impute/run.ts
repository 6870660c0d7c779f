import { fittedStage } from '../../src/learn/data/fitted/stage.ts';
import { type Imputed, impute } from '../../src/learn/data/impute/impute.ts';
import type { ImputeParams } from '../../src/learn/data/impute/params.ts';
import { counted } from '../../src/learn/data/words.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';

export const run: StageRun<ImputeParams> = async (context) => {
  const { splits, before } = fittedStage(context);
  const { outs } = context;
  const paths = { before, fitted: pathOf(outs, 'fitted'), ledger: pathOf(outs, 'ledger') };
  context.summarize(summaryOf(await impute(splits, paths, context.params)));
};

/** As "7 features fitted on 240 examples (train: 13 values filled, test: 4 values filled)". */
const summaryOf = ({ step, filled }: Imputed): string => {
  const counts = Object.entries(filled).map(([split, count]) => `${split}: ${counted(count, 'value')} filled`);
  return `${counted(step.features.length, 'feature')} fitted on ${counted(step.rows, 'example')} (${counts.join(', ')})`;
};
