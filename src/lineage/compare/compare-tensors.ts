import { type Bytes, pieceLength } from './bytes.ts';
import type { Distance, LayoutDifference, Pair, TensorDifference } from './difference.ts';
import { distanceOf, type NumberType, numberTypes } from './numbers.ts';

/** Where a tensor lies in its file. */
export interface TensorPlace {
  readonly name: string;
  /** As safetensors names it: `F32`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** From the one byte to before the other. */
  readonly from: number;
  readonly to: number;
}

/** Tensors by their places, in the order in which they lie. */
export interface Tensors {
  readonly bytes: Bytes;
  readonly places: readonly TensorPlace[];
}

/**
 * The first element that differs, in the order in which the recorded tensors lie, with the distance over its whole
 * tensor. Undefined where all tensors are the same: the files may be written otherwise all the same.
 */
export const compareTensors = (pair: Pair<Tensors>): TensorDifference | LayoutDifference | undefined => {
  const layout = compareLayout(pair);
  if (layout !== undefined) return layout;
  const replayed = new Map(pair.replayed.places.map((place) => [place.name, place]));
  let first: Omit<TensorDifference, 'tensors'> | undefined;
  let tensors = 0;
  for (const place of pair.recorded.places) {
    const places = { recorded: place, replayed: replayed.get(place.name)! };
    if (isSame(pair, places)) continue;
    tensors += 1;
    first ??= compareTensor(pair, places);
  }
  return first && { ...first, tensors };
};

const compareLayout = ({ recorded, replayed }: Pair<Tensors>): LayoutDifference | undefined => {
  const describe = ({ dtype, shape }: TensorPlace) => `${dtype} [${shape.join(', ')}]`;
  const [before, after] = [recorded, replayed].map(
    ({ places }) => new Map(places.map((place) => [place.name, describe(place)])),
  );
  for (const name of new Set([...before!.keys(), ...after!.keys()])) {
    const [was, is] = [before!.get(name) ?? 'absent', after!.get(name) ?? 'absent'];
    if (was !== is) return { kind: 'layout', tensor: name, recorded: was, replayed: is };
  }
  return undefined;
};

/** The pieces of a tensor on both sides, the same elements in each. */
const piecesOf = function* (pair: Pair<Tensors>, places: Pair<TensorPlace>) {
  const length = places.recorded.to - places.recorded.from;
  for (let at = 0; at < length; at += pieceLength) {
    const read = ({ bytes }: Tensors, { from }: TensorPlace) =>
      bytes.read(from + at, from + Math.min(length, at + pieceLength));
    yield {
      at,
      recorded: read(pair.recorded, places.recorded),
      replayed: read(pair.replayed, places.replayed),
    };
  }
};

const isSame = (pair: Pair<Tensors>, places: Pair<TensorPlace>): boolean => {
  for (const { recorded, replayed } of piecesOf(pair, places))
    if (Buffer.compare(recorded, replayed) !== 0) return false;
  return true;
};

/** What has been found of a tensor so far. */
interface Found {
  differing: number;
  first?: { readonly element: number; readonly recorded: string; readonly replayed: string; readonly by: Distance };
  largest?: { readonly element: number; readonly by: Distance };
}

const compareTensor = (pair: Pair<Tensors>, places: Pair<TensorPlace>): Omit<TensorDifference, 'tensors'> => {
  const { name, dtype, shape, from, to } = places.recorded;
  // What has no numbers that we know is compared byte by byte.
  const type = numberTypes.get(dtype) ?? numberTypes.get('U8')!;
  const found: Found = { differing: 0 };
  for (const piece of piecesOf(pair, places))
    if (Buffer.compare(piece.recorded, piece.replayed) !== 0) comparePiece(piece, type, found);
  const indexOf = (element: number) => (numberTypes.has(dtype) ? indexIn(shape, element) : [element]);
  const { element, recorded, replayed, by } = found.first!;
  return {
    kind: 'tensor',
    tensor: name,
    dtype,
    shape,
    index: indexOf(element),
    recorded,
    replayed,
    ...by,
    differing: found.differing,
    elements: (to - from) / type.width,
    ...(found.largest && { largest: { ...found.largest.by, index: indexOf(found.largest.element) } }),
  };
};

interface Piece extends Pair<Uint8Array> {
  readonly at: number;
}

const comparePiece = ({ at, recorded, replayed }: Piece, type: NumberType, found: Found): void => {
  const [a, b] = [viewOf(recorded), viewOf(replayed)];
  const { width } = type;
  for (let offset = 0; offset < recorded.length; offset += width) {
    if (sameBytes(a, b, { offset, width })) continue;
    const by = distanceOf(type, { view: a, offset }, { view: b, offset });
    const element = (at + offset) / width;
    const show = (view: DataView) => type.show(type.valueAt(view, offset));
    found.differing += 1;
    found.first ??= { element, recorded: show(a), replayed: show(b), by };
    if (by.absolute !== undefined && by.absolute > (found.largest?.by.absolute ?? -1)) found.largest = { element, by };
  }
};

const viewOf = ({ buffer, byteOffset, length }: Uint8Array): DataView => new DataView(buffer, byteOffset, length);

const sameBytes = (
  a: DataView,
  b: DataView,
  { offset, width }: { readonly offset: number; readonly width: number },
): boolean => {
  if (width === 4) return a.getUint32(offset) === b.getUint32(offset);
  for (let i = offset; i < offset + width; i++) if (a.getUint8(i) !== b.getUint8(i)) return false;
  return true;
};

/** Where an element lies, row by row: the last axis runs fastest. */
const indexIn = (shape: readonly number[], element: number): number[] => {
  const index: number[] = [];
  let rest = element;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
};
