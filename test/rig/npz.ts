import { crc32 } from 'node:zlib';

/** An array as NumPy has it: its type ("<f8", "|u1", "<i8"), shape and the bytes of its elements. */
export interface NamedArray {
  readonly descr: string;
  readonly shape: readonly number[];
  readonly data: ArrayBufferView;
}

/** The bytes of a .npy file, version 1.0. @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
export const npyOf = ({ descr, shape, data }: NamedArray): Buffer => {
  const tuple = `(${shape.map((size) => `${size},`).join(' ')})`;
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  const magic = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([magic, length, Buffer.from(padded, 'latin1'), bytes]);
};

/** The bytes of a .npz file: a ZIP archive of such files, stored as they are. */
export const npzOf = (arrays: Readonly<Record<string, NamedArray>>): Buffer => {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const [name, array] of Object.entries(arrays)) {
    const content = npyOf(array);
    const title = Buffer.from(`${name}.npy`);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt32LE(crc32(content), 10);
    facts.writeUInt32LE(content.length, 14);
    facts.writeUInt32LE(content.length, 18);
    facts.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), facts, title, content]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), facts, place, title]));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06', 'latin1'), end]);
};
