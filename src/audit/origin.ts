import type { Survey } from './survey.ts';

/**
 * What is known of a stage run whose digest a file names: its record is there and right; there and damaged; gone, while
 * the record of a run names it too; or nothing else names it, and the digest itself may be what was damaged.
 */
export const originOf = (
  stageRun: string,
  { stageRuns, runs }: Survey,
): 'right' | 'damaged' | 'missing' | 'unknown' => {
  const file = stageRuns.get(stageRun);
  if (file !== undefined) return 'record' in file ? 'right' : 'damaged';
  return runs.some(({ bytes }) => bytes.includes(stageRun)) ? 'missing' : 'unknown';
};
