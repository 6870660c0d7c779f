import { isDigest } from '../fingerprint/canonical.ts';
import { isInnerPath } from '../load/probe.ts';
import type { StageRunRecord } from '../types/generated/stage-run.ts';
import type { StageStateFile } from '../types/generated/state.ts';
import { isStageRunRecord } from './generated/stage-run.js';
import { isStageState } from './generated/state.js';

// Others can write what the store keeps beside content. What has another shape than the schemas say counts as damaged,
// and so does what would lead out of a stage's folder.

export const isRightState = (value: unknown): value is StageStateFile =>
  isStageState(value) &&
  [value.fingerprint, value.stageRun].every(isDigest) &&
  Object.values(value.outs).every(({ path, digest }) => isInnerPath(path) && isDigest(digest)) &&
  Object.values(value.metrics ?? {}).every(isMetric);

export const isRightStageRun = (value: unknown): value is StageRunRecord =>
  isStageRunRecord(value) &&
  (value.log === null || isDigest(value.log)) &&
  value.outs.every(({ digest }) => isDigest(digest)) &&
  Object.values(value.metrics).every(isMetric);

/** A number, or one with its interval. NaN and infinity are none: JSON would keep them as null. */
export const isMetric = (value: unknown): boolean =>
  Number.isFinite(value) ||
  (typeof value === 'object' &&
    value !== null &&
    ['value', 'low', 'high'].every((key) => Number.isFinite((value as Record<string, unknown>)[key])));
