import { writeFileSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';

/** Files of a wheel by their paths. */
export type Members = Readonly<Record<string, string | Uint8Array>>;

/** Writes a wheel: a ZIP archive of deflated files. Programs in `bin/` may be executed. */
export const writeWheel = (file: string, members: Members): void => {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(members)) {
    const bytes = Buffer.from(content as Uint8Array);
    const packed = deflateRawSync(bytes);
    const fields = fieldsOf(bytes, packed, Buffer.byteLength(path));
    const mode = path.includes('/bin/') ? 0o755 : 0o644;
    const local = Buffer.concat([uint32(0x04034b50), uint16(20), fields, uint16(0), Buffer.from(path), packed]);
    directory.push(
      Buffer.concat([
        ...[uint32(0x02014b50), uint16((3 << 8) | 20), uint16(20), fields],
        ...[uint16(0), uint16(0), uint16(0), uint16(0), uint32((mode << 16) >>> 0), uint32(offset), Buffer.from(path)],
      ]),
    );
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const counts = [uint16(directory.length), uint16(directory.length)];
  const end = [uint32(0x06054b50), uint32(0), ...counts, uint32(central.length), uint32(offset), uint16(0)];
  writeFileSync(file, Buffer.concat([...parts, central, ...end]));
};

/** Flags, method, time, checksum, sizes and the length of the name: the same in both headers. */
const fieldsOf = (bytes: Buffer, packed: Buffer, name: number): Buffer =>
  Buffer.concat([
    ...[uint16(0), uint16(8), uint32(0x210000)],
    ...[uint32(crc32(bytes)), uint32(packed.length), uint32(bytes.length), uint16(name)],
  ]);

const uint16 = (value: number): Buffer => Buffer.from(Uint16Array.of(value).buffer);
const uint32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);

/** A wheel of the shape of TensorFlow's, whose libraries are none. */
export const tensorflowMembers = ({ cuda }: { readonly cuda: boolean }): Members => ({
  'tensorflow/libtensorflow_cc.so.2': 'no library'.repeat(1000),
  'tensorflow/libtensorflow_framework.so.2': 'no library either',
  'tensorflow/include/tensorflow/c/c_api.h': '#error "a header of a test"\n',
  'tensorflow/include/google/protobuf/any.h': 'not needed',
  'tensorflow/python/platform/build_info.py': `build_info = OrderedDict([('is_cuda_build', ${cuda ? 'True' : 'False'})])\n`,
  'tensorflow/__init__.py': '',
});

export const cpuWheelName = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';
export const gpuWheelName = 'tensorflow-2.21.0-cp313-cp313-manylinux_2_27_x86_64.whl';
