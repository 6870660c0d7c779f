import type { RunAccount } from '../../src/lineage/run-account.ts';
import type { RunPageInput } from '../../src/ui/page/page-input.ts';
import { digest, failedPage, mnistPage } from '../ui/runs.ts';

/** The runs that the pages of runs are tested with, as lineage reads them. */
const accountOf = ({ run, record, stageRuns }: RunPageInput): RunAccount => ({
  record: run,
  digest: record ?? digest('4ec04d'),
  stages: run.stages.map((entry) => {
    const stageRun = stageRuns.get(entry.stageRun ?? '');
    return stageRun === undefined ? { entry } : { entry, stageRun };
  }),
});

export const mnistAccount = accountOf(mnistPage);

/** In which train failed, and what follows was skipped. */
export const failedAccount = accountOf(failedPage);
