import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { assemble, type Routine } from './assembler.ts';

/** A routine of ours over the wasm backend's own heap; addresses and sizes are in bytes where not said otherwise. */
export type Simd<Name extends string> = Readonly<Record<Name, (...args: readonly number[]) => void>>;

/**
 * Loads routines into the memory of the wasm backend, so that they read and write its tensors in place.
 *
 * @throws Error where the backend's module does not export its memory.
 */
export const loadSimd = <Name extends string>(
  backend: BackendWasm,
  routines: Readonly<Record<Name, Routine>>,
): Simd<Name> => {
  const { asm } = backend.wasm as unknown as { asm?: { memory?: unknown } };
  const memory = asm?.memory;
  if (!(memory instanceof WebAssembly.Memory)) throw new Error('the wasm backend does not export its memory');
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble(routines)), { env: { memory } });
  return exports as unknown as Simd<Name>;
};

/** What is used of it: TypeScript's library without the DOM has only its types. */
declare const WebAssembly: {
  readonly Memory: new (...args: never) => object;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** Where a tensor's elements begin in the heap. */
export const address = (backend: BackendWasm, { dataId }: TensorInfo): number => backend.getMemoryOffset(dataId);
