import { Growing } from '../growing.ts';
import { BackwardBits } from './bits.ts';
import { decodeHuffman, type HuffmanTable, readHuffman } from './huffman.ts';
import { readSequences, type Sequences, startTables } from './sequences.ts';

/**
 * Unpacks frames of Zstandard, as Arrow and Feather files have them. Node has this itself from version 22.15 on.
 *
 * @throws RangeError where a frame is cut off, damaged, or needs a dictionary. A checksum behind it is not looked at.
 * @see RFC 8878 (the format)
 */
export const unpackZstd = (bytes: Uint8Array): Uint8Array => {
  const out = new Growing(4 * bytes.length);
  for (let at = 0; at < bytes.length; ) at = unpackFrame(bytes, at, out);
  return out.whole();
};

const unpackFrame = (bytes: Uint8Array, from: number, out: Growing): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(from, true);
  // What others have put beside it.
  if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) return from + 8 + view.getUint32(from + 4, true);
  if (magic !== 0xfd2fb528) throw new RangeError('zstd: no frame begins so');
  const flags = view.getUint8(from + 4);
  if ((flags & 3) !== 0) throw new RangeError('zstd: a frame with a dictionary');
  const isSingle = (flags & 32) !== 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] as number;
  let at = from + 5 + (isSingle ? 0 : 1) + sizeBytes;
  const state: State = { out, start: out.length, huffman: null, tables: startTables, offsets: [1, 4, 8] };
  for (let isLast = false; !isLast; ) {
    const head = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    at += 3;
    isLast = (head & 1) === 1;
    const size = head >> 3;
    const type = (head >> 1) & 3;
    const end = at + (type === 1 ? 1 : size);
    if (size > mostInBlock || end > bytes.length) throw new RangeError('zstd: a block is cut off, or too large');
    if (type === 0) out.append(bytes.subarray(at, end));
    else if (type === 1) out.append(new Uint8Array(size).fill(bytes[at] as number));
    else if (type === 2) unpackBlock(bytes.subarray(at, end), state);
    else throw new RangeError('zstd: a block is damaged');
    at = end;
  }
  return at + ((flags & 4) === 0 ? 0 : 4);
};

const mostInBlock = 131_072;

/** What a block takes over from the one before it. */
interface State {
  readonly out: Growing;
  /** Where the frame begins in `out`. */
  readonly start: number;
  huffman: HuffmanTable | null;
  tables: Sequences['tables'];
  /** The last three offsets, the latest first. */
  offsets: [number, number, number];
}

const unpackBlock = (block: Uint8Array, state: State): void => {
  const { literals, next } = literalsOf(block, state);
  const { count, tables, stream } = readSequences(block.subarray(next), state.tables);
  state.tables = tables;
  const { out } = state;
  out.reserve(mostInBlock);
  let from = 0;
  if (count > 0) {
    const bits = new BackwardBits(stream);
    const { lengths, offsets, matches } = tables;
    const [atLength, atOffset, atMatch] = [lengths.start(bits), offsets.start(bits), matches.start(bits)];
    for (let index = 0; index < count; index += 1) {
      const offsetCode = atOffset.symbol();
      const value = 2 ** offsetCode + bits.read(offsetCode);
      const match = atMatch.value(bits);
      const length = atLength.value(bits);
      const offset = offsetFrom(value, length, state);
      if (from + length > literals.length) throw new RangeError('zstd: a block is damaged');
      out.append(literals.subarray(from, from + length));
      from += length;
      if (offset > out.length - state.start) throw new RangeError('zstd: a match lies before the frame');
      out.repeat(offset, match);
      if (index === count - 1) break;
      atLength.next(bits);
      atMatch.next(bits);
      atOffset.next(bits);
    }
    if (bits.left !== 0) throw new RangeError('zstd: a stream of sequences is damaged');
  }
  out.append(literals.subarray(from));
};

/** Values up to 3 name one of the last offsets; where there are no literals, the latest is skipped. */
const offsetFrom = (value: number, length: number, state: State): number => {
  const [first, second, third] = state.offsets;
  if (value > 3) {
    state.offsets = [value - 3, first, second];
    return value - 3;
  }
  const place = value - (length === 0 ? 0 : 1);
  if (place === 0) return first;
  if (place === 1) state.offsets = [second, first, third];
  else state.offsets = [place === 2 ? third : first - 1, first, second];
  if (state.offsets[0] < 1) throw new RangeError('zstd: an offset is damaged');
  return state.offsets[0];
};

const literalsOf = (block: Uint8Array, state: State): { literals: Uint8Array; next: number } => {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0] = block;
  const type = b0 & 3;
  const form = (b0 >> 2) & 3;
  if (type < 2) {
    const head = form === 1 ? 2 : form === 3 ? 3 : 1;
    const size = head === 1 ? b0 >> 3 : (b0 >> 4) | (b1 << 4) | (head === 3 ? b2 << 12 : 0);
    const next = head + (type === 0 ? size : 1);
    if (next > block.length || size > mostInBlock) throw new RangeError('zstd: literals are cut off, or too many');
    const literals = type === 0 ? block.subarray(head, next) : new Uint8Array(size).fill(block[head] as number);
    return { literals, next };
  }
  const width = form < 2 ? 10 : form === 2 ? 14 : 18;
  const head = form < 2 ? 3 : form + 2;
  const fields = (b0 + b1 * 2 ** 8 + b2 * 2 ** 16 + b3 * 2 ** 24 + b4 * 2 ** 32) / 16;
  const size = Math.floor(fields) % 2 ** width;
  const packed = Math.floor(fields / 2 ** width) % 2 ** width;
  const next = head + packed;
  if (next > block.length || size > mostInBlock) throw new RangeError('zstd: literals are cut off, or too many');
  let body = block.subarray(head, next);
  if (type === 2) {
    const { table, bytes } = readHuffman(body);
    state.huffman = table;
    body = body.subarray(bytes);
  }
  if (state.huffman === null) throw new RangeError('zstd: literals have no code');
  const literals = new Uint8Array(size);
  if (form === 0) decodeHuffman(state.huffman, body, literals);
  else decodeFour(state.huffman, body, literals);
  return { literals, next };
};

/** Four streams, each of a quarter, so that decoders can work on them at once. */
const decodeFour = (table: HuffmanTable, body: Uint8Array, to: Uint8Array): void => {
  if (body.length < 6) throw new RangeError('zstd: literals are cut off');
  const sizes = [0, 2, 4].map((at) => (body[at] as number) | ((body[at + 1] as number) << 8));
  const quarter = (to.length + 3) >> 2;
  let from = 6;
  for (let stream = 0; stream < 4; stream += 1) {
    const end = stream === 3 ? body.length : from + (sizes[stream] as number);
    if (end > body.length) throw new RangeError('zstd: literals are cut off');
    decodeHuffman(table, body.subarray(from, end), to.subarray(quarter * stream, Math.min(quarter * (stream + 1), to.length))); // biome-ignore format: one line
    from = end;
  }
};
