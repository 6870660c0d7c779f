import { fittedStage } from '../../src/learn/data/fitted/stage.ts';
import { type Normalized, normalize } from '../../src/learn/data/normalize/normalize.ts';
import type { NormalizeParams } from '../../src/learn/data/normalize/params.ts';
import { counted } from '../../src/learn/data/words.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';

export const run: StageRun<NormalizeParams> = async (context) => {
  const { splits, before } = fittedStage(context);
  const paths = { before, path: pathOf(context.outs, 'fitted'), vocabulary: context.deps['vocabulary'] };
  const normalized = await normalize(splits, paths, context.params);
  for (const name of rawYears(normalized))
    context.notice(`"${name}.year" is a year as it is: a second normalize scales it, or leave that part out`);
  context.summarize(summaryOf(normalized));
};

/** Dates of which the year is a column: beside values around 0, it outweighs all of them. */
const rawYears = ({ step }: Normalized): string[] =>
  step.features.flatMap((feature) =>
    feature.kind === 'date' && feature.parts.some(({ part }) => part === 'year') ? [feature.name] : [],
  );

/** As "7 features fitted on 54,000 examples (test: 2 unknown labels)". */
const summaryOf = ({ step, unknown }: Normalized): string => {
  const found = Object.entries(unknown).filter(([, count]) => count > 0);
  const remark = found.map(([split, count]) => `${split}: ${counted(count, 'unknown label')}`).join(', ');
  const made = step.features.filter(({ kind }) => kind !== 'dropped').length;
  const fits = `${counted(made, 'feature')} fitted on ${counted(step.rows, 'example')}`;
  return remark === '' ? fits : `${fits} (${remark})`;
};
