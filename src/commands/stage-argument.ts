import { suggest } from '../diagnostics/suggest.ts';
import type { RunAccount, StageAccount } from '../lineage/run-account.ts';
import { UserMistake } from './user-mistake.ts';

/** The stage of a past run that an argument STAGE means. Throws where the run has none of that name. */
export const stageNamed = (stage: string, { record, stages }: RunAccount): StageAccount => {
  const found = stages.find(({ entry }) => entry.stage === stage);
  if (found !== undefined) return found;
  const names = stages.map(({ entry }) => entry.stage);
  throw new UserMistake(`run ${record.run} has no stage "${stage}"`, suggest(stage, names, 'its stages'));
};
