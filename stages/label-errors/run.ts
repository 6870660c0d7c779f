import { labelErrors } from '../../src/learn/data/label-errors/label-errors.ts';
import type { LabelErrorsParams } from '../../src/learn/data/label-errors/params.ts';
import { counted, grouped } from '../../src/learn/data/words.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';

/** Finds rows of train whose label is probably wrong. */
export const run: StageRun<LabelErrorsParams> = async ({ params, deps, outs, seed, summarize }) => {
  const places = { train: pathOf(outs, 'train'), findings: pathOf(outs, 'findings'), summary: pathOf(outs, 'summary') };
  const told = await labelErrors(pathOf(deps, 'train'), places, { params, seed: seed('folds') });
  const dropped = told.dropped === 0 ? '' : `, ${grouped(told.dropped)} dropped`;
  summarize(`${counted(told.found, 'label')} of ${grouped(told.judged)} probably wrong${dropped}`);
};
