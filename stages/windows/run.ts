import { fittedStage } from '../../src/learn/data/fitted/stage.ts';
import { type Cut, cutWindows } from '../../src/learn/data/windows/cut.ts';
import type { WindowsParams } from '../../src/learn/data/windows/params.ts';
import { grouped } from '../../src/learn/data/words.ts';
import { StageError } from '../../src/learn/error.ts';
import type { StageRun } from '../../src/types/stage.ts';

export const run: StageRun<WindowsParams> = async (context) => {
  const cuts: Cut[] = [];
  for (const split of fittedStage(context).splits) cuts.push(await cutWindows(split, context.params));
  refuseNone(cuts, context.params);
  for (const { split, uneven } of cuts) {
    if (uneven.other === 0) continue;
    const share = `${grouped(uneven.other)} of ${grouped(uneven.all)}`;
    context.notice(`${split}: "${context.params.time}" rises unevenly, in ${share} steps: are rows missing?`);
  }
  context.summarize(cuts.map(wordsOf).join(', '));
  context.metrics(
    Object.fromEntries(
      cuts.flatMap(({ split, persistence }) =>
        persistence === undefined ? [] : [[`${split}_persistence_mae`, persistence]],
      ),
    ),
  );
};

/** As "validation: 165 rows → 158 windows (stays as it is: mae 2.31)". */
const wordsOf = ({ split, rows, windows, series, persistence }: Cut): string => {
  const of = series > 1 ? ` of ${grouped(series)} series` : '';
  const naive = persistence === undefined ? '' : ` (stays as it is: mae ${Number(persistence.toPrecision(3))})`;
  return `${split}: ${grouped(rows)} rows → ${grouped(windows)} windows${of}${naive}`;
};

/** An empty validation is one that was not asked for; a train without a window is a mistake. */
const refuseNone = (cuts: readonly Cut[], { steps, ahead }: WindowsParams): void => {
  const none = cuts.find(({ rows, windows }) => rows > 0 && windows === 0);
  if (none === undefined) return;
  throw new StageError(
    `${none.split} has ${grouped(none.rows)} rows, and no window: that takes ${steps + ahead} rows of a series`,
    'fewer params.steps, or a larger share for it in split',
  );
};
