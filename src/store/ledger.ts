import { join } from 'node:path';
import { type Digest, digestJson } from '../fingerprint/canonical.ts';
import { readChecked, writeChecked } from '../fingerprint/checked-file.ts';
import type { AcceptedRun, LedgerFile } from '../types/generated/ledger.ts';
import type { RunRecord } from '../types/generated/run.ts';
import { isRunName } from './chain.ts';
import { isLedger } from './generated/ledger.js';
import { recordText } from './record-text.ts';
import type { Records } from './records.ts';

/** Where the records lie, and what is derived of them. */
export interface LedgerPlace {
  /** Absolute path of the store. */
  readonly store: string;
  readonly records: Records;
}

/**
 * The accepted runs of a pipeline, the oldest first; a run that published the same as the one before it is left out.
 *
 * The records are the truth. The ledger spares the look at all of them: it holds what they said up to a run, and those
 * after it are read. Runs of one pipeline take turns and their names sort by time, so that what is new has a later name.
 * A ledger that is missing, torn or altered counts as absent, and all records are read. Nothing is written here.
 */
export const acceptedRuns = (pipeline: string, place: LedgerPlace): readonly AcceptedRun[] =>
  broughtUpToDate(pipeline, place)?.now.accepted ?? [];

/** Writes down what `acceptedRuns` says, for the next time. To be called by the holder of the pipeline's lock. */
export const keepLedger = (pipeline: string, place: LedgerPlace): readonly AcceptedRun[] => {
  const found = broughtUpToDate(pipeline, place);
  if (found === undefined) return [];
  const { now, isKept } = found;
  if (!isKept) writeChecked(ledgerFile(pipeline, place.store), Buffer.from(recordText(now)));
  return now.accepted;
};

export const ledgerFile = (pipeline: string, store: string): string => join(store, 'accepted-v1', `${pipeline}.json`);

const broughtUpToDate = (
  pipeline: string,
  { store, records }: LedgerPlace,
): { readonly now: LedgerFile; readonly isKept: boolean } | undefined => {
  const head = records.head();
  if (head === undefined) return undefined;
  const known = readLedger(pipeline, store);
  if (known?.head === head.digest) return { now: known, isKept: true };
  const { through: before = '', accepted = [] } = known ?? {};
  // The newest by its end is among them whatever its name: the clock may have been set back.
  const names = new Set([...records.listRuns().filter((name) => name > before), head.run]);
  const own = [...names].flatMap((run) => {
    const record = records.readRun(run);
    return record?.pipeline.name === pipeline ? [record] : [];
  });
  const through = own.reduce((last, { run }) => (run > last ? run : last), before);
  const now = { format: 'stemma-ledger-v1' as const, head: head.digest, through, accepted: [...accepted] };
  for (const record of own) takeIn(record, now.accepted, records);
  return { now, isKept: false };
};

const readLedger = (pipeline: string, store: string): LedgerFile | undefined => {
  const body = readChecked(ledgerFile(pipeline, store));
  const value = body === undefined ? undefined : parse(body.toString());
  // Names of runs stand in paths.
  return isLedger(value) && value.accepted.every(({ run }) => isRunName(run)) ? value : undefined;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const takeIn = (record: RunRecord, accepted: AcceptedRun[], records: Records): void => {
  const next = acceptedRow(record, records.runDigest(record.run)!);
  if (next === undefined || accepted.some(({ run }) => run === next.run)) return;
  if (next.published !== accepted.at(-1)?.published) accepted.push(next);
};

/** What the ledger says of a run; undefined of one that was not accepted. */
export const acceptedRow = (record: RunRecord, digest: Digest): AcceptedRun | undefined => {
  const { gate, run } = record;
  if (gate === undefined || !gate.accepted) return undefined;
  return { run, record: digest, candidate: gate.candidate, published: digestJson(gate.outs) };
};
