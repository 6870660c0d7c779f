import type { GraphicsAdapter } from '../types/backend-trial.ts';
import type { BackendName } from '../types/stage.ts';

/** A way to compute. */
export interface Rung {
  readonly name: BackendName;
  readonly device: 'cpu' | 'gpu';
}

/**
 * The ways to compute that `auto` tries, the fastest first. Plain JavaScript is not among them: wasm works wherever
 * Node does, and is hundreds of times as fast.
 */
export const ladder: readonly Rung[] = [
  { name: 'tensorflow', device: 'gpu' },
  { name: 'webgpu', device: 'gpu' },
  { name: 'tensorflow', device: 'cpu' },
  { name: 'wasm', device: 'cpu' },
];

/** The ways of one backend that is insisted on; its GPU first. */
export const rungsOf = (name: BackendName): readonly Rung[] =>
  name === 'cpu' ? [{ name, device: 'cpu' }] : ladder.filter((rung) => rung.name === name);

/** `tensorflow (GPU)`; of the backends with one kind of device, the name alone. */
export const sayRung = ({ name, device }: Rung): string =>
  name === 'tensorflow' ? `tensorflow (${device.toUpperCase()})` : name;

/** What this machine has of a rung. */
export type Look =
  | {
      readonly kind: 'there';
      /** Of TensorFlow itself, or of the npm package. */
      readonly version: string;
      /** Absolute path of an installation. */
      readonly folder?: string;
      /** What a person would call the device, as `NVIDIA H100`. */
      readonly described?: string;
      /** A GPU that the processor plays: slower than wasm, and never taken by itself. */
      readonly software?: true;
      /** Of `webgpu`: those that it can be asked for and works on, the fastest first; all of one kind. */
      readonly adapters?: readonly GraphicsAdapter[];
    }
  | {
      readonly kind: 'not there';
      /** One phrase, as `not installed`. */
      readonly why: string;
      /** What would mend it: one phrase. */
      readonly hint?: string;
    };

/** The reason of a rung that this machine could have. */
export const notInstalled = 'not installed';
