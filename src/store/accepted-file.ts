import type { AcceptedFile } from '../types/generated/accepted.ts';
import type { RunRecord } from '../types/generated/run.ts';
import { recordText } from './record-text.ts';

/**
 * What accepted.json says, byte by byte: made from the run's record alone, so that an audit can say what it has to be.
 * Undefined for a run that was not accepted.
 */
export const acceptedText = (record: RunRecord, digest: string): string | undefined => {
  const { gate, run, pipeline } = record;
  if (gate === undefined || !gate.accepted) return undefined;
  const file: AcceptedFile = {
    format: 'stemma-accepted-v1',
    pipeline: pipeline.name,
    run,
    record: digest,
    candidate: gate.candidate,
    outs: gate.outs.map((out) => ({ ...out })),
  };
  return recordText(file);
};

/** Name of that file, beside what is published. */
export const acceptedName = 'accepted.json';
