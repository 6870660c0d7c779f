import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Memory } from '../simd/web-assembly.ts';

/**
 * Starts the wasm backend over a memory that threads can share.
 *
 * The package has such a build for browsers alone. It makes eight workers of a `blob:` URL, which Node cannot start,
 * and waits until they have loaded, whatever the number of threads asked for; with one thread none of them is ever given
 * anything to run. So while the backend starts, `globalThis.Worker` is a stand-in that says it has loaded and does
 * nothing more. Afterwards the global is what it was before.
 */
export const startOverSharedMemory = async (): Promise<void> => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
  // The package assigns Node's own class, which must not take the stand-in's place.
  Object.defineProperty(globalThis, 'Worker', { get: () => StandIn, set: () => {}, configurable: true });
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', true);
  try {
    await tf.setBackend('wasm');
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'Worker');
    else Object.defineProperty(globalThis, 'Worker', before);
  }
};

/**
 * The memory in which the wasm backend keeps its tensors.
 *
 * @throws Error where its module does not let us have it.
 */
export const memoryOf = ({ wasm }: BackendWasm): Memory => {
  const { asm, PThread } = wasm as unknown as Module;
  const memory = asm?.memory ?? PThread?.unusedWorkers[0]?.memory;
  if (memory === undefined) throw new Error('the wasm backend does not export its memory');
  return memory;
};

/** What the package's module shows of itself: the one build exports its memory, the other hands it to its workers. */
interface Module {
  readonly asm?: { readonly memory?: Memory };
  readonly PThread?: { readonly unusedWorkers: readonly StandIn[] };
}

/** A worker, as far as the package makes use of one that has nothing to run. */
class StandIn {
  onmessage: (event: { readonly data: object }) => void = () => {};
  memory: Memory | undefined;

  constructor(url: string) {
    URL.revokeObjectURL(url);
  }

  postMessage({ cmd, wasmMemory }: { readonly cmd: string; readonly wasmMemory?: Memory }): void {
    if (cmd !== 'load') throw new Error(`the wasm backend wants a thread of its own to ${cmd}`);
    this.memory = wasmMemory;
    queueMicrotask(() => this.onmessage({ data: { cmd: 'loaded' } }));
  }

  on(): void {}
  unref(): void {}
  terminate(): void {}
}
