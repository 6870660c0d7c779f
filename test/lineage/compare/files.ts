import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../rig/project.ts';

export interface TensorFile {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: ArrayBufferView;
}

/** The bytes of a safetensors file, as its specification says. */
export const safetensors = (tensors: Readonly<Record<string, TensorFile>>): Buffer => {
  let at = 0;
  const header: Record<string, object> = {};
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + data.byteLength] };
    at += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...Object.values(tensors).map(({ data }) => bytesIn(data))]);
};

export const bytesIn = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Two files of some bytes, in a folder that goes with the test. */
export const twoFiles = (recorded: string | Uint8Array, replayed: string | Uint8Array) => {
  const folder = temporaryFolder();
  const files = { recorded: join(folder, 'recorded'), replayed: join(folder, 'replayed') };
  writeFileSync(files.recorded, recorded);
  writeFileSync(files.replayed, replayed);
  return files;
};

/** The float that follows in the order of all floats. */
export const nextFloat = (value: number): number => {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  view.setUint32(0, view.getUint32(0) + 1);
  return view.getFloat32(0);
};
