import { balance } from '../../src/learn/data/balance/balance.ts';
import type { Balanced, BalanceParams } from '../../src/learn/data/balance/params.ts';
import { grouped } from '../../src/learn/data/words.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';

export const run: StageRun<BalanceParams> = async (context) => {
  const { deps, outs, params } = context;
  const balanced = await balance(pathOf(deps, 'train'), pathOf(outs, 'train'), { params, seed: context.seed('rows') });
  context.summarize(summaryOf(balanced));
};

/** As "ham: 2,912 → 1,321 rows, spam: 1,321 rows", or "ham: weight 0.73, spam: weight 1.6". */
const summaryOf = ({ before, after, weights }: Balanced): string => {
  if (weights !== null) {
    const told = Object.entries(weights)
      .map(([label, weight]) => `${label}: weight ${Number(weight.toPrecision(3))}`)
      .join(', ');
    return told === '' ? 'no label has a weight: each is in all rows' : told;
  }
  return [...before]
    .map(([label, count]) => {
      const now = after.get(label) as number;
      return now === count ? `${label}: ${grouped(count)} rows` : `${label}: ${grouped(count)} → ${grouped(now)} rows`;
    })
    .join(', ');
};
