import { writeJson } from '../../src/learn/data/dataset.ts';
import { counted } from '../../src/learn/data/words.ts';
import { pathOf } from '../../src/learn/paths.ts';
import { type ProfileParams, profileDataset } from '../../src/learn/profile/profile.ts';
import type { StageRun } from '../../src/types/stage.ts';

/** Describes every column of a data set. */
export const run: StageRun<ProfileParams> = async ({ params, deps, outs, progress, summarize }) => {
  const profile = await profileDataset(pathOf(deps, 'examples'), {
    params,
    progress: (done, total) => progress({ done, total, unit: 'columns' }),
  });
  await writeJson(pathOf(outs, 'profile'), profile);
  const { columns, findings } = profile;
  const remarks = findings.length === 0 ? 'nothing suspicious' : counted(findings.length, 'finding');
  summarize(`${counted(columns.length, 'column')}, ${remarks}`);
};
