import type { Records } from '../store/records.ts';
import type { RunCatalogue } from './find-run.ts';
import type { LineageIndex } from './index/lineage-index.ts';

/** The names alone, which are quickly listed: enough for a name, a part of one, and `last`. */
export const catalogueOfNames = (records: Pick<Records, 'listRuns'>): RunCatalogue => ({
  runs: records.listRuns(),
  pipelineOf: () => undefined,
  digestOf: () => undefined,
});

/** All that the index says of the runs. */
export const catalogueOfIndex = ({ runs }: Pick<LineageIndex, 'runs'>): RunCatalogue => {
  const rows = new Map(runs().map((row) => [row.run, row]));
  return {
    runs: [...rows.keys()],
    pipelineOf: (run) => rows.get(run)?.pipeline,
    digestOf: (run) => rows.get(run)?.record,
  };
};
