import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the kernel shows of graphics devices: cheap to read, and other than before when devices or drivers change. */
export interface Graphics {
  /** Files of the devices, as `/dev/dri/renderD128`, sorted. */
  readonly devices: readonly string[];
  /** NVIDIA's cards, sorted by bus address: the place of each is its number, as `CUDA_DEVICE_ORDER=PCI_BUS_ID` has it. */
  readonly nvidia: readonly NvidiaCard[];
  /** What libraries and drivers there are may have changed when one of these has. */
  readonly marks: readonly string[];
}

/** As the driver shows it: a container may hide all but the address. */
export interface NvidiaCard {
  /** On the bus, as `0000:01:00.0`. */
  readonly address: string;
  /** As `NVIDIA H100 PCIe`. */
  readonly model?: string;
  /** `GPU-` and hexadecimal digits. */
  readonly uuid?: string;
}

/** @param root of the file system to look into: `/` but in tests. */
export const findGraphics = (root: string): Graphics => {
  const cards = join(root, 'proc/driver/nvidia/gpus');
  const nvidia = names(cards).map((address) => cardAt(address, read(join(cards, address, 'information'))));
  const devices = [
    ...names(join(root, 'dev/dri'))
      .filter((name) => name.startsWith('renderD'))
      .map((name) => `/dev/dri/${name}`),
    // Windows' graphics inside its Linux.
    ...(exists(join(root, 'dev/dxg')) ? ['/dev/dxg'] : []),
    ...(process.platform === 'darwin' ? ['Metal'] : []),
    ...nvidia.map(({ address }) => `NVIDIA ${address}`),
  ];
  const marks = [
    read(join(root, 'proc/driver/nvidia/version')),
    ...['etc/ld.so.cache', 'etc/vulkan/icd.d', 'usr/share/vulkan/icd.d'].map((path) => stamp(join(root, path))),
  ];
  return { devices, nvidia, marks };
};

/** Lines as `Model: \t\t NVIDIA H100 PCIe`; question marks stand for what the driver does not tell. */
const cardAt = (address: string, information: string): NvidiaCard => {
  const model = /^Model:\s*(.+?)\s*$/m.exec(information)?.[1];
  const uuid = /^GPU UUID:\s*(GPU-[0-9a-f-]+)\s*$/m.exec(information)?.[1];
  return { address, ...(model !== undefined && { model }), ...(uuid !== undefined && { uuid }) };
};

const names = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

const stamp = (path: string): string => String(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? '');
