import { existsSync } from 'node:fs';
import { findGraphics } from '../../src/machine/graphics.ts';
import type { GrantedBackend } from '../../src/types/stage.ts';
import { choices } from '../learn/backends/on-backend.ts';
import { tensorflow } from '../rig/tensorflow.ts';

/** A backend that is held against plain JavaScript. */
export interface Contender {
  /** With the reason, where it is left out. */
  readonly title: string;
  readonly name: GrantedBackend['name'];
  /** Undefined: not here. */
  readonly choice: GrantedBackend | undefined;
  /** How training steps are taken. */
  readonly way: 'eager' | 'compiled';
  /** Of a process that starts it. */
  readonly environment: Readonly<Record<string, string>>;
}

export const reference: Contender = { title: 'cpu', name: 'cpu', choice: choices.cpu, way: 'eager', environment: {} };

/** Of Debian's chromium: a Vulkan driver that computes on the processor. Dawn takes no older Mesa's. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';
const webgpu = { name: 'webgpu', version: '4.22.0', threads: 1, deterministic: false } as const;
const onSwiftShader = existsSync(swiftShader) ? ({ ...webgpu, device: 'cpu' } as const) : undefined;
const onCard = findGraphics('/').devices.length > 0 ? ({ ...webgpu, device: 'gpu' } as const) : undefined;

const tensorflowWith = (threads: number, way: Contender['way']): Contender => ({
  title: `tensorflow, ${way}, threads: ${threads}${tensorflow === undefined ? ' (left out: it is not installed)' : ''}`,
  name: 'tensorflow',
  choice: tensorflow && { ...tensorflow, threads },
  way,
  environment: {
    ...{ TF_NUM_INTRAOP_THREADS: String(threads), TF_NUM_INTEROP_THREADS: String(threads), TF_CPP_MIN_LOG_LEVEL: '3' },
  },
});

const wasmWith = (threads: number): Contender => ({
  ...{
    title: `wasm, threads: ${threads}`,
    name: 'wasm',
    choice: { ...choices.wasm, threads },
    way: 'eager',
    environment: {},
  },
});

/** All backends but the reference, those that this machine lacks as well. */
export const contenders: readonly Contender[] = [
  wasmWith(1),
  wasmWith(2),
  tensorflowWith(2, 'eager'),
  tensorflowWith(2, 'compiled'),
  {
    title: `webgpu on SwiftShader${onSwiftShader === undefined ? ` (left out: there is no ${swiftShader})` : ''}`,
    name: 'webgpu',
    choice: onSwiftShader,
    way: 'eager',
    environment: { VK_ICD_FILENAMES: swiftShader, VK_DRIVER_FILES: swiftShader, STEMMA_SOFTWARE_WEBGPU: '1' },
  },
  {
    title: `webgpu on a card${onCard === undefined ? ' (left out: there is no graphics device)' : ''}`,
    name: 'webgpu',
    choice: onCard,
    way: 'eager',
    environment: {},
  },
];

/** Which compiles shaders for most of a minute, and is given less to do. */
export const isSoftware = ({ name, choice }: Contender): boolean => name === 'webgpu' && choice?.device !== 'gpu';

/** Float32 numbers as the programs write them. */
export const floatsOf = (text: string): Float32Array => {
  const bytes = Buffer.from(text, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

/** The greatest difference as a share of the reference's greatest value; infinite where shapes or NaNs differ. */
export const differenceOf = (values: Float32Array, right: Float32Array): number => {
  if (values.length !== right.length) return Number.POSITIVE_INFINITY;
  const scale = right.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  const distance = (value: number, at: number) =>
    Object.is(value, right[at]) || value === right[at] ? 0 : Math.abs(value - right[at]!);
  return (
    values.reduce((most, value, at) => {
      const one = distance(value, at);
      return Number.isNaN(one) ? Number.POSITIVE_INFINITY : Math.max(most, one);
    }, 0) / scale
  );
};
