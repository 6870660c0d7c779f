import { type Digest, hexOf } from '../../fingerprint/canonical.ts';
import { createInterner, type Interner } from './interner.ts';
import type { IndexedInput, IndexedOut, IndexedStageRun } from './rows.ts';

/**
 * All stage runs in one file, packed so that a walk over 30,000 of them reads some megabytes and makes few objects.
 * Digests stand once, one behind the other; names, paths and types stand once, as slots; rows are numbers that point there.
 */
export interface PackedStageRuns {
  /** 64 hexadecimal digits each: of stage runs and of artifacts. */
  readonly digests: string;
  readonly runs: string[];
  readonly places: Place[];
  readonly inputs: InputSlot[];
  readonly outs: OutSlot[];
  readonly rows: Row[];
}

type Place = readonly [pipeline: string, stage: string, state: IndexedStageRun['state']];
type InputSlot = readonly [name: string, kind: 'file' | 'folder', from: string, path: string];
type OutSlot = readonly [name: string, kind: 'file' | 'folder', type: string, path: string];

/** Of inputs three numbers each (slot, digest, upstream stage run or -1), of outs two (slot, digest). */
export type Row = readonly [
  stageRun: number,
  run: number,
  place: number,
  inputs: readonly number[],
  outs: readonly number[],
];

export const emptyStageRuns = (): PackedStageRuns => ({
  digests: '',
  runs: [],
  places: [],
  inputs: [],
  outs: [],
  rows: [],
});

/** The lists of a packed file, to be added to. */
export interface Packing {
  readonly digests: Interner<string>;
  readonly runs: Interner<string>;
  readonly places: Interner<Place>;
  readonly inputs: Interner<InputSlot>;
  readonly outs: Interner<OutSlot>;
}

export const packingOf = ({ digests, runs, places, inputs, outs }: PackedStageRuns): Packing => ({
  digests: createInterner(splitDigests(digests), (hex) => hex),
  runs: createInterner(runs, (run) => run),
  places: createInterner(places, (slot) => slot.join('\0')),
  inputs: createInterner(inputs, (slot) => slot.join('\0')),
  outs: createInterner(outs, (slot) => slot.join('\0')),
});

const splitDigests = (digests: string): string[] =>
  Array.from({ length: digests.length / 64 }, (_, i) => digests.slice(i * 64, (i + 1) * 64));

export const packRow = (packing: Packing, row: IndexedStageRun): Row => {
  const digest = (each: Digest) => packing.digests.placeOf(hexOf(each));
  return [
    digest(row.stageRun),
    packing.runs.placeOf(row.run),
    packing.places.placeOf([row.pipeline, row.stage, row.state]),
    row.inputs.flatMap((input) => [
      packing.inputs.placeOf([input.name, input.kind, input.from, input.path]),
      digest(input.digest),
      input.upstream === undefined ? -1 : digest(input.upstream),
    ]),
    row.outs.flatMap((out) => [packing.outs.placeOf([out.name, out.kind, out.type, out.path]), digest(out.digest)]),
  ];
};

export const unpackRow = (packing: Packing, [stageRun, run, place, inputs, outs]: Row): IndexedStageRun => {
  const [pipeline, stage, state] = packing.places.values[place]!;
  return {
    stageRun: digestAt(packing, stageRun),
    run: packing.runs.values[run]!,
    pipeline,
    stage,
    state,
    inputs: unpackInputs(packing, inputs),
    outs: unpackOuts(packing, outs),
  };
};

export const digestAt = ({ digests }: Packing, place: number): Digest => `sha256:${digests.values[place]!}`;

const unpackInputs = (packing: Packing, numbers: readonly number[]): IndexedInput[] => {
  const inputs: IndexedInput[] = [];
  for (let i = 0; i < numbers.length; i += 3) {
    const [name, kind, from, path] = packing.inputs.values[numbers[i]!]!;
    const upstream = numbers[i + 2]!;
    const digest = digestAt(packing, numbers[i + 1]!);
    inputs.push({ name, digest, kind, from, path, ...(upstream >= 0 && { upstream: digestAt(packing, upstream) }) });
  }
  return inputs;
};

const unpackOuts = (packing: Packing, numbers: readonly number[]): IndexedOut[] => {
  const outs: IndexedOut[] = [];
  for (let i = 0; i < numbers.length; i += 2) {
    const [name, kind, type, path] = packing.outs.values[numbers[i]!]!;
    outs.push({ name, digest: digestAt(packing, numbers[i + 1]!), kind, type, path });
  }
  return outs;
};
