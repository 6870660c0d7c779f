import type { Records } from '../store/records.ts';
import type { RunCatalogue } from './find-run.ts';

/** The runs as their records tell them, each record read when it is asked about. */
export const catalogueOf = (records: Records): RunCatalogue => ({
  runs: records.listRuns(),
  pipelineOf: (run) => records.readRun(run)?.pipeline?.name,
  digestOf: (run) => records.runDigest(run),
});
