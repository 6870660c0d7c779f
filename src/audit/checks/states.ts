import { digestOf, isDigest } from '../../fingerprint/canonical.ts';
import type { StageStateFile } from '../../types/generated/state.ts';
import type { Listener } from '../finding.ts';
import { originOf } from '../origin.ts';
import { jsonIn } from '../read.ts';
import type { KnownStageRun } from '../stage-run-file.ts';
import type { StateFile, Survey } from '../survey.ts';
import type { CheckedStageRuns } from './stage-runs.ts';

/** What a stage's outs in the workspace have to be. */
export interface PlacedStage {
  readonly pipeline: string;
  readonly stage: string;
  readonly record: KnownStageRun;
}

/** Each state file is, byte for byte, what the record of its stage run makes of it. */
export const checkStates = (survey: Survey, stageRuns: CheckedStageRuns, listener: Listener): PlacedStage[] =>
  survey.states.flatMap((state, i): PlacedStage[] => {
    listener.progress(i + 1, survey.states.length);
    const told = (jsonIn(state.bytes) ?? {}) as Partial<StageStateFile>;
    const candidates = candidatesOf(told, stageRuns);
    const digest = digestOf(state.bytes);
    const isRight = (origin: string): boolean => stageRuns.byDigest.get(origin)!.stateFile === digest;
    const right = candidates.find(isRight);
    const lost = right === undefined && isDigest(told.stageRun) ? originOf(told.stageRun, survey) : 'right';
    // A record that is damaged or gone has been told of; the state file is as it was.
    const isLost = lost === 'damaged' || lost === 'missing';
    if (right === undefined && !isLost) tellDamaged(state, candidates[0], listener);
    // Of a damaged state file it may still be known which stage run it is of.
    const named = candidates.find((digest) => digest === told.stageRun);
    const known = right ?? named ?? (candidates.length === 1 && !isLost ? candidates[0] : undefined);
    const { pipeline, stage } = state;
    if (known !== undefined) return [{ pipeline, stage, record: stageRuns.byDigest.get(known)! }];
    listener.note(state.path, 'its outs could not be checked, since nothing says what they have to be');
    return [];
  });

const candidatesOf = ({ stageRun, fingerprint }: Partial<StageStateFile>, stageRuns: CheckedStageRuns): string[] => {
  const named = stageRun !== undefined && stageRuns.byDigest.has(stageRun) ? [stageRun] : [];
  return [...new Set([...named, ...(stageRuns.byFingerprint.get(fingerprint ?? '') ?? [])])];
};

const tellDamaged = ({ path }: StateFile, stageRun: string | undefined, listener: Listener): void =>
  listener.finding('state-damaged', path, {
    expected:
      stageRun === undefined ? 'the state of a recorded stage run' : `what the record of stage run ${stageRun} says`,
    found: 'something else',
  });
