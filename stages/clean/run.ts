import { type Cleaned, clean } from '../../src/learn/data/clean/clean.ts';
import type { CleanParams } from '../../src/learn/data/clean/params.ts';
import { counted, grouped } from '../../src/learn/data/words.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';

export const run: StageRun<CleanParams> = async (context) => {
  const outs = {
    examples: pathOf(context.outs, 'examples'),
    ledger: pathOf(context.outs, 'ledger'),
    groups: pathOf(context.outs, 'groups'),
  };
  const cleaned = await clean(pathOf(context.deps, 'examples'), outs, context.params, {
    origins: context.deps['origins'],
  });
  context.summarize(summaryOf(cleaned, context.params));
};

/** As "333 examples (11 incomplete, 0 duplicates, 1 value changed)": of what was looked for, how much was found. */
const summaryOf = ({ manifest, touches, groups }: Cleaned, params: CleanParams): string => {
  const count = (...rules: readonly string[]): number => rules.reduce((sum, rule) => sum + (touches.get(rule) ?? 0), 0);
  const changed = count('map', 'fill', 'trim', 'case', 'replace', 'dates', 'clip', 'range', 'domain');
  const told = (rows: number, what: string): string[] => (rows > 0 ? [`${grouped(rows)} ${what}`] : []);
  const found = [
    ...told(count('drop missing'), 'incomplete'),
    ...told(count('drop range'), 'out of range'),
    ...told(count('drop domain'), 'out of domain'),
    ...told(count('drop row'), 'dropped by condition'),
    ...(params.duplicates === 'drop' ? [counted(count('drop duplicate'), 'duplicate')] : []),
    ...(params.conflicts === 'drop' || params.conflicts === 'report'
      ? [`${grouped(count('drop conflict', 'conflict'))} with conflicting targets`]
      : []),
    ...(params.near === null ? [] : [`${counted(groups, 'group')} of near duplicates`]),
    ...told(count('drop near'), 'dropped of them'),
    ...(changed > 0 ? [`${counted(changed, 'value')} changed`] : []),
  ];
  return `${counted(manifest.rows, 'example')}${found.length === 0 ? '' : ` (${found.join(', ')})`}`;
};
