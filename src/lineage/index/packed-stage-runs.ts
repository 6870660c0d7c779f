import { type Digest, hexOf } from '../../fingerprint/canonical.ts';
import { createInterner } from './interner.ts';
import type { IndexedInput, IndexedOut, IndexedStageRun } from './rows.ts';

/**
 * All stage runs in one file, packed so that a walk over 30,000 of them reads some megabytes and makes few objects.
 * Digests stand once, one behind the other; names, paths and types stand once, as slots; rows are numbers that point there.
 */
export interface PackedStageRuns extends Slots {
  /** 32 bytes each: of stage runs and of artifacts. */
  readonly digests: Buffer;
  /** Row after row: see `rowAt`. */
  readonly rows: Int32Array;
}

export interface Slots {
  readonly runs: string[];
  readonly places: Place[];
  readonly inputs: InputSlot[];
  readonly outs: OutSlot[];
}

type Place = readonly [pipeline: string, stage: string, state: IndexedStageRun['state']];
type InputSlot = readonly [name: string, kind: 'file' | 'folder', from: string, path: string];
type OutSlot = readonly [name: string, kind: 'file' | 'folder', type: string, path: string];

export const emptyStageRuns = (): PackedStageRuns => ({
  digests: Buffer.alloc(0),
  rows: new Int32Array(),
  runs: [],
  places: [],
  inputs: [],
  outs: [],
});

/** As bytes, which cost nothing to parse: a line of JSON, the rows as this machine holds numbers, the digests. */
export const packedStageRuns = {
  encode: ({ digests, rows, runs, places, inputs, outs }: PackedStageRuns): Buffer => {
    const head: Head = { runs, places, inputs, outs, numbers: rows.length };
    const numbers = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength);
    return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), numbers, digests]);
  },
  decode: (bytes: Buffer): PackedStageRuns => {
    const start = bytes.indexOf('\n') + 1;
    const { numbers, ...slots } = JSON.parse(bytes.toString('utf8', 0, start)) as Head;
    const end = start + numbers * Int32Array.BYTES_PER_ELEMENT;
    // A copy, since numbers have to begin at a multiple of 4.
    const rows = new Int32Array(new Uint8Array(bytes.subarray(start, end)).buffer);
    return { ...slots, rows, digests: bytes.subarray(end) };
  },
};

interface Head extends Slots {
  readonly numbers: number;
}

/**
 * Where the parts of the row that begins at `at` lie: stage run, run, place, number of inputs, number of outs; then of each
 * input its slot, its digest and the digest of the upstream stage run (or -1); then of each out its slot and its digest.
 */
export const rowAt = (rows: Int32Array, at: number) => {
  const inputs = at + headLength;
  const outs = inputs + rows[at + 3]! * inputLength;
  return { stageRun: at, run: at + 1, place: at + 2, inputs, outs, end: outs + rows[at + 4]! * outLength };
};

const headLength = 5;
export const inputLength = 3;
export const outLength = 2;
const digestLength = 32;

/** Where each row begins. */
export const rowStarts = (rows: Int32Array): number[] => {
  const starts: number[] = [];
  for (let at = 0; at < rows.length; at = rowAt(rows, at).end) starts.push(at);
  return starts;
};

export const digestCount = ({ digests }: PackedStageRuns): number => digests.length / digestLength;

export const digestAt = ({ digests }: PackedStageRuns, place: number): Digest =>
  `sha256:${digests.toString('hex', place * digestLength, (place + 1) * digestLength)}`;

/** Place of a digest, or -1; found without a table of all of them. */
export const placeOfDigest = ({ digests }: PackedStageRuns, digest: Digest): number => {
  const bytes = Buffer.from(hexOf(digest), 'hex');
  let at = digests.indexOf(bytes);
  // Found across the border of two others.
  while (at >= 0 && at % digestLength !== 0) at = digests.indexOf(bytes, at + 1);
  return at < 0 ? -1 : at / digestLength;
};

/** Places of those digests that there are; of many, all are gone through once. */
export const placesOfDigests = (packed: PackedStageRuns, digests: readonly Digest[]): ReadonlySet<number> => {
  if (digests.length <= few)
    return new Set(digests.map((digest) => placeOfDigest(packed, digest)).filter((at) => at >= 0));
  const wanted = new Set(digests);
  const places = Array.from({ length: digestCount(packed) }, (_, place) => place);
  return new Set(places.filter((place) => wanted.has(digestAt(packed, place))));
};

const few = 8;

export const unpackRow = (packed: PackedStageRuns, rows: Int32Array, at: number): IndexedStageRun => {
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

const unpackInput = (packed: PackedStageRuns, rows: Int32Array, at: number): IndexedInput => {
  const [name, kind, from, path] = packed.inputs[rows[at]!]!;
  const upstream = rows[at + 2]!;
  const digest = digestAt(packed, rows[at + 1]!);
  return { name, digest, kind, from, path, ...(upstream >= 0 && { upstream: digestAt(packed, upstream) }) };
};

export interface Packer {
  /** Turns a row into numbers; what they point to is added where it is new. */
  pack(row: IndexedStageRun): number[];
  /** Place of a digest that is known, old or new. */
  find(digest: Digest): number | undefined;
  /** All digests, the new ones at the end. */
  digests(): Buffer;
}

/** Adds to the lists of slots themselves; digests are a list of its own. */
export const createPacker = (packed: PackedStageRuns): Packer => {
  const { find, placeOf, digests } = growDigests(packed);
  const runs = createInterner(packed.runs, (run) => run);
  const places = createInterner(packed.places, keyOf);
  const inputs = createInterner(packed.inputs, keyOf);
  const outs = createInterner(packed.outs, keyOf);
  return {
    find,
    digests,
    pack: (row) => [
      placeOf(row.stageRun),
      runs.placeOf(row.run),
      places.placeOf([row.pipeline, row.stage, row.state]),
      row.inputs.length,
      row.outs.length,
      ...row.inputs.flatMap(({ name, kind, from, path, digest, upstream }) => [
        inputs.placeOf([name, kind, from, path]),
        placeOf(digest),
        upstream === undefined ? -1 : placeOf(upstream),
      ]),
      ...row.outs.flatMap(({ name, kind, type, path, digest }) => [
        outs.placeOf([name, kind, type, path]),
        placeOf(digest),
      ]),
    ],
  };
};

/** Digests with new ones behind. For a few of them the old ones are searched; a table of all is made for many. */
const growDigests = (packed: PackedStageRuns) => {
  const added: string[] = [];
  const places = new Map<Digest, number>();
  const count = digestCount(packed);
  let searched = 0;
  const search = (digest: Digest): number | undefined => {
    searched += 1;
    if (searched > fewSearches) return undefined;
    if (searched === fewSearches)
      for (let place = 0; place < count; place++) places.set(digestAt(packed, place), place);
    const place = placeOfDigest(packed, digest);
    if (place >= 0) places.set(digest, place);
    return place < 0 ? undefined : place;
  };
  const find = (digest: Digest) => places.get(digest) ?? search(digest);
  return {
    find,
    placeOf: (digest: Digest): number => {
      const known = find(digest);
      if (known !== undefined) return known;
      places.set(digest, count + added.length);
      return count + added.push(hexOf(digest)) - 1;
    },
    digests: () => Buffer.concat([packed.digests, Buffer.from(added.join(''), 'hex')]),
  };
};

const fewSearches = 200;

const keyOf = (slot: readonly string[]): string => slot.join('\0');
