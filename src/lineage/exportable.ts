import { isDigest } from '../fingerprint/canonical.ts';
import type { RunRecord } from '../types/generated/run.ts';
import type { RunAccount } from './run-account.ts';

/**
 * Whether a run's record holds all that an export tells of it. Unlike a stage run's, it is not named by its digest:
 * what stands in its file may have been edited, and ends up in names of files.
 */
export const isExportable = ({ record }: Pick<RunAccount, 'record'>): boolean =>
  isNamed(record) &&
  isPipeline(record.pipeline) &&
  isHost(record.host) &&
  record.stages.length > 0 &&
  record.stages.every(isStage);

const isNamed = ({
  run,
  previous,
  started,
  ended,
  outcome,
  command,
  invocation,
  notices,
}: Partial<RunRecord>): boolean =>
  /^[\dT-]{19}-[0-9a-f]{4}$/.test(String(run)) &&
  (previous === null || isDigest(previous)) &&
  isTime(started) &&
  isTime(ended) &&
  ['succeeded', 'refused', 'failed', 'interrupted'].includes(String(outcome)) &&
  isTexts(command) &&
  command?.length !== 0 &&
  isObject(invocation) &&
  (notices === undefined || isTexts(notices));

const isPipeline = ({ name, file, digest, seed, summary }: Partial<RunRecord['pipeline']>): boolean =>
  isName(name) &&
  typeof file === 'string' &&
  staysInside(file) &&
  isDigest(digest) &&
  typeof seed === 'number' &&
  (summary === undefined || typeof summary === 'string');

const isHost = (host: Partial<RunRecord['host']> | null): boolean =>
  ['platform', 'arch', 'cpu', 'node', 'stemma'].every((key) => typeof host?.[key as 'cpu'] === 'string') &&
  host?.node !== '' &&
  host?.stemma !== '' &&
  Number.isFinite(host?.cores) &&
  Number.isFinite(host?.memory);

const isStage = ({
  stage,
  state,
  fingerprint,
  stageRun,
  because,
  seconds,
}: Partial<RunRecord['stages'][number]>): boolean =>
  isName(stage) &&
  states.includes(String(state)) &&
  (fingerprint === undefined || isDigest(fingerprint)) &&
  (stageRun === undefined || isDigest(stageRun)) &&
  isTexts(because) &&
  Number.isFinite(seconds);

const states: readonly string[] = ['up to date', 'restored', 'ran', 'failed', 'cancelled', 'interrupted', 'skipped'];

const isName = (value: unknown): boolean => typeof value === 'string' && /^[a-z][a-z0-9_-]*$/.test(value);
const isTime = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value));
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');

/** Whether a path leads nowhere out of the folder that it is relative to. */
export const staysInside = (path: string): boolean =>
  path !== '' && !path.startsWith('/') && !path.split('/').includes('..');
