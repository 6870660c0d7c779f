import { type Cleaned, clean } from '../../src/learn/data/clean/clean.ts';
import type { CleanParams } from '../../src/learn/data/clean/params.ts';
import { counted } from '../../src/learn/data/words.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';

export const run: StageRun<CleanParams> = async (context) => {
  const outs = { examples: pathOf(context.outs, 'examples'), ledger: pathOf(context.outs, 'ledger') };
  const cleaned = await clean(pathOf(context.deps, 'examples'), outs, context.params);
  context.summarize(summaryOf(cleaned, context.params));
};

/** As "333 examples (11 incomplete, 0 duplicates, 1 value changed)": of what was looked for, how much was found. */
const summaryOf = ({ manifest, incomplete, duplicates, changed }: Cleaned, params: CleanParams): string => {
  const found = [
    ...(incomplete > 0 ? [`${incomplete} incomplete`] : []),
    ...(params.duplicates === 'drop' ? [counted(duplicates, 'duplicate')] : []),
    ...(changed > 0 ? [`${counted(changed, 'value')} changed`] : []),
  ];
  return `${counted(manifest.rows, 'example')}${found.length === 0 ? '' : ` (${found.join(', ')})`}`;
};
