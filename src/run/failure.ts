import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Workspace } from '../plan/workspace.ts';
import type { StageFailure } from '../types/events.ts';
import type { StageRunRecord } from '../types/generated/stage-run.ts';
import { logFile } from './log-file.ts';

/** What people are told of a stage run that failed: the end of its log with it. */
export const failureOf = (record: StageRunRecord, workspace: Workspace): StageFailure => ({
  message: record.failure!,
  ...(record.exit.code !== undefined && { exitCode: record.exit.code }),
  ...(record.exit.signal !== undefined && { signal: record.exit.signal }),
  output: record.log === null ? [] : lastLines(logFile(record.log, workspace.folders)),
  ...(record.log !== null && { log: logFile(record.log, workspace.folders).slice(workspace.project.root.length + 1) }),
});

const linesShown = 20;

/** Of a log of any size only the end is read. */
const lastLines = (file: string): string[] => {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const end = Buffer.alloc(Math.min(size, bytesShown));
    readSync(handle, end, 0, end.length, size - end.length);
    return end.toString().trimEnd().split('\n').slice(-linesShown);
  } finally {
    closeSync(handle);
  }
};

const bytesShown = 1 << 16;
