import { type Digest, hexOf } from '../../fingerprint/canonical.ts';
import { createInterner } from './interner.ts';
import type { IndexedInput, IndexedOut, IndexedStageRun } from './rows.ts';

/**
 * All stage runs in one file, packed so that a walk over 30,000 of them reads some megabytes and makes few objects.
 * Digests stand once, one behind the other; names, paths and types stand once, as slots; rows are numbers that point there.
 */
export interface PackedStageRuns {
  /** 64 hexadecimal digits each: of stage runs and of artifacts. */
  digests: string;
  /** 32-bit numbers in base64, row after row: see `rowAt`. */
  rows: string;
  readonly runs: string[];
  readonly places: Place[];
  readonly inputs: InputSlot[];
  readonly outs: OutSlot[];
}

type Place = readonly [pipeline: string, stage: string, state: IndexedStageRun['state']];
type InputSlot = readonly [name: string, kind: 'file' | 'folder', from: string, path: string];
type OutSlot = readonly [name: string, kind: 'file' | 'folder', type: string, path: string];

export const emptyStageRuns = (): PackedStageRuns => ({
  digests: '',
  rows: '',
  runs: [],
  places: [],
  inputs: [],
  outs: [],
});

/** Rows as numbers. */
export type Rows = Int32Array | number[];

export const decodeRows = ({ rows }: PackedStageRuns): Int32Array => {
  const bytes = Buffer.from(rows, 'base64');
  // A view has to begin at a multiple of four, where a buffer from the pool need not.
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};

export const encodeRows = (rows: Rows): string => Buffer.from(Int32Array.from(rows).buffer).toString('base64');

/**
 * Where the parts of the row that begins at `at` lie: stage run, run, place, number of inputs, number of outs; then of each
 * input its slot, its digest and the digest of the upstream stage run (or -1); then of each out its slot and its digest.
 */
export const rowAt = (rows: Rows, at: number) => {
  const inputs = at + headLength;
  const outs = inputs + rows[at + 3]! * inputLength;
  return { stageRun: at, run: at + 1, place: at + 2, inputs, outs, end: outs + rows[at + 4]! * outLength };
};

const headLength = 5;
export const inputLength = 3;
export const outLength = 2;

/** Where each row begins. */
export const rowStarts = (rows: Rows): number[] => {
  const starts: number[] = [];
  for (let at = 0; at < rows.length; at = rowAt(rows, at).end) starts.push(at);
  return starts;
};

export const digestAt = ({ digests }: PackedStageRuns, place: number): Digest =>
  `sha256:${digests.slice(place * 64, (place + 1) * 64)}`;

/** Place of a digest, found without a table of all of them. */
export const placeOfDigest = ({ digests }: PackedStageRuns, digest: Digest): number => {
  const hex = hexOf(digest);
  let at = digests.indexOf(hex);
  // Found across the border of two others.
  while (at >= 0 && at % 64 !== 0) at = digests.indexOf(hex, at + 1);
  return at < 0 ? -1 : at / 64;
};

export const unpackRow = (packed: PackedStageRuns, rows: Rows, at: number): IndexedStageRun => {
  const row = rowAt(rows, at);
  const [pipeline, stage, state] = packed.places[rows[row.place]!]!;
  const inputs: IndexedInput[] = [];
  for (let i = row.inputs; i < row.outs; i += inputLength) inputs.push(unpackInput(packed, rows, i));
  const outs: IndexedOut[] = [];
  for (let i = row.outs; i < row.end; i += outLength) {
    const [name, kind, type, path] = packed.outs[rows[i]!]!;
    outs.push({ name, digest: digestAt(packed, rows[i + 1]!), kind, type, path });
  }
  const run = packed.runs[rows[row.run]!]!;
  return { stageRun: digestAt(packed, rows[row.stageRun]!), run, pipeline, stage, state, inputs, outs };
};

const unpackInput = (packed: PackedStageRuns, rows: Rows, at: number): IndexedInput => {
  const [name, kind, from, path] = packed.inputs[rows[at]!]!;
  const upstream = rows[at + 2]!;
  const digest = digestAt(packed, rows[at + 1]!);
  return { name, digest, kind, from, path, ...(upstream >= 0 && { upstream: digestAt(packed, upstream) }) };
};

export interface Packer {
  /** Turns a row into numbers; what they point to is added where it is new. */
  pack(row: IndexedStageRun): number[];
  /** Puts new digests where they are read from. */
  settle(): void;
}

export const createPacker = (packed: PackedStageRuns): Packer => {
  const hexes = Array.from({ length: packed.digests.length / 64 }, (_, place) => hexOf(digestAt(packed, place)));
  const digests = createInterner(hexes, (hex) => hex);
  const digest = (each: Digest) => digests.placeOf(hexOf(each));
  const runs = createInterner(packed.runs, (run) => run);
  const places = createInterner(packed.places, keyOf);
  const inputs = createInterner(packed.inputs, keyOf);
  const outs = createInterner(packed.outs, keyOf);
  return {
    settle: () => {
      if (packed.digests.length < hexes.length * 64) packed.digests = hexes.join('');
    },
    pack: (row) => [
      digest(row.stageRun),
      runs.placeOf(row.run),
      places.placeOf([row.pipeline, row.stage, row.state]),
      row.inputs.length,
      row.outs.length,
      ...row.inputs.flatMap(({ name, kind, from, path, digest: content, upstream }) => [
        inputs.placeOf([name, kind, from, path]),
        digest(content),
        upstream === undefined ? -1 : digest(upstream),
      ]),
      ...row.outs.flatMap(({ name, kind, type, path, digest: content }) => [
        outs.placeOf([name, kind, type, path]),
        digest(content),
      ]),
    ],
  };
};

const keyOf = (slot: readonly string[]): string => slot.join('\0');
