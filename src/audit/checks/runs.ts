import { isDigest } from '../../fingerprint/canonical.ts';
import type { RunRecord } from '../../types/generated/run.ts';
import { type ChainFault, followChain, headPath } from '../chain.ts';
import type { Listener } from '../finding.ts';
import { schemaValidator } from '../schemas.ts';
import { type RunFile, runRecordIn, type Survey } from '../survey.ts';

export interface CheckedRuns {
  /** Records that the chain vouches for, oldest start first. */
  readonly records: readonly RunRecord[];
  /** Whether there are no others. */
  readonly isWhole: boolean;
}

/** The records of the runs: one chain without a gap, each conforming to its schema, and the stage runs they name. */
export const checkRuns = (survey: Survey, listener: Listener): CheckedRuns => {
  const { runs, head, openRuns } = survey;
  const { confirmed, faults } = followChain({ runs, head, openRuns, missing: runsWithoutRecord(survey) });
  for (const fault of faults) tell(fault, listener);
  const conforms = schemaValidator('run');
  const records: RunRecord[] = [];
  for (const [i, run] of runs.entries()) {
    listener.progress(i + 1, runs.length);
    if (!confirmed.has(run)) continue;
    const { record, problem } = runRecordIn(run, conforms);
    if (record === undefined)
      listener.finding('record-false', run.path, { expected: 'what schemas/run.schema.json says', found: problem });
    else records.push(record);
  }
  for (const record of records) checkStages(record, survey, listener);
  return { records, isWhole: faults.length === 0 && records.length === runs.length };
};

/** Runs that stage runs name, or the lineage index, and that have no record. Those under way have none yet. */
const runsWithoutRecord = ({ runs, stageRuns, openRuns, remembered }: Survey): string[] => {
  const known = new Set(runs.map(({ run }) => run));
  const named = [...stageRuns.values()].flatMap((file) => ('record' in file ? [file.record.run] : []));
  return [...new Set([...named, ...remembered.map(({ run }) => run)])]
    .filter((run) => !known.has(run) && !openRuns.has(run))
    .sort();
};

const runsFolder = 'artifacts/.store/records-v1/runs';

const tell = (fault: ChainFault, listener: Listener): void => {
  if (fault.kind === 'not headed yet')
    listener.note(fault.run.path, 'was killed before it could name itself the newest; the next run does so');
  else listener.finding(codes[fault.kind], pathOf(fault), differenceIn(fault));
};

type Fault = Exclude<ChainFault, { kind: 'not headed yet' }>;

const codes = {
  damaged: 'run-damaged',
  unconfirmed: 'run-unconfirmed',
  missing: 'run-missing',
  added: 'run-added',
  head: 'head-damaged',
} as const;

const pathOf = (fault: Fault): string => {
  if (fault.kind === 'head') return headPath;
  if (fault.kind !== 'missing') return fault.run.path;
  return fault.run === undefined ? runsFolder : `${runsFolder}/${fault.run}.json`;
};

const differenceIn = (fault: Fault): { expected: string; found: string } => {
  switch (fault.kind) {
    case 'damaged':
      return {
        expected: `${fault.expected}, as ${fault.by} says`,
        found: `${fault.run.digest}: it was changed, or a record between the two was removed`,
      };
    case 'unconfirmed':
      return { expected: 'a record after it that names its digest', found: fault.run.digest };
    case 'missing':
      return { expected: `${fault.expected}, as ${fault.by} says`, found: 'nothing' };
    case 'added':
      return { expected: 'a record after it, or the head, that names its digest', found: fault.run.digest };
    case 'head':
      return { expected: fault.expected, found: fault.found };
  }
};

const checkStages = ({ run, stages }: RunRecord, { stageRuns, runs }: Survey, listener: Listener): void => {
  const path = () => runs.find((file: RunFile) => file.run === run)!.path;
  for (const { stage, stageRun, fingerprint } of stages) {
    if (stageRun === undefined) continue;
    const file = stageRuns.get(stageRun);
    if (file === undefined) tellMissingStageRun(stageRun, path(), listener);
    else if ('record' in file && file.record.fingerprint !== fingerprint)
      listener.finding('record-false', path(), {
        expected: `the fingerprint of ${stage}'s stage run, ${file.record.fingerprint}`,
        found: String(fingerprint),
      });
  }
};

export const tellMissingStageRun = (digest: string, by: string, listener: Listener): void =>
  isDigest(digest)
    ? listener.finding('stage-run-missing', stageRunPath(digest), {
        expected: `the record that ${by} names`,
        found: 'nothing',
      })
    : listener.finding('record-false', by, { expected: 'digests of stage runs', found: digest });

export const stageRunPath = (digest: string): string =>
  `artifacts/.store/records-v1/stage-runs/${digest.slice(7, 9)}/${digest.slice(9)}.json`;
