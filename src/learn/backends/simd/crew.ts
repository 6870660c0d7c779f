import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Memory, WebAssembly } from './web-assembly.ts';

/** Threads over one memory, each of which runs its share of a piece of work. */
export interface Crew {
  /** The caller's own one counted. */
  readonly threads: number;
  /**
   * Calls an exported routine once for each list of arguments, at most as many as there are threads, each on a thread
   * of its own; returns when all have ended.
   */
  run(routine: string, shares: readonly (readonly number[])[]): void;
}

/**
 * A module's routines on the caller's thread and on `threads − 1` more. These sleep until there is something to do, and
 * do not keep the process alive. To wake one and to wait for it takes some 0.1 ms.
 *
 * @param code a WebAssembly module that imports `env.memory`; shared, where there is more than one thread.
 */
export const startCrew = async (code: Uint8Array<ArrayBuffer>, memory: Memory, threads: number): Promise<Crew> => {
  const module = new WebAssembly.Module(code);
  const { exports: routines } = new WebAssembly.Instance(module, { env: { memory } });
  const hands = await Promise.all(Array.from({ length: threads - 1 }, () => startHand(module, memory)));
  const run: Crew['run'] = (routine, [own = [], ...others]) => {
    const begun = others.map((args, at) => hands[at]!(routine, args));
    routines[routine]!(...own);
    for (const finish of begun) finish();
  };
  return { threads, run };
};

/** Hands a routine over to a thread; what is returned waits for its end. */
type Hand = (routine: string, args: readonly number[]) => () => void;

const startHand = async (module: object, memory: Memory): Promise<Hand> => {
  const order = new Int32Array(new SharedArrayBuffer(4 * 32));
  const names = Object.keys(new WebAssembly.Instance(module, { env: { memory } }).exports);
  // The thread is no part of what the process was started with, as loaders or a debugger.
  const worker = new Worker(thread, { eval: true, execArgv: [], workerData: { module, memory, order, names } });
  await once(worker, 'message');
  worker.unref();
  return (routine, args) => {
    order.set([names.indexOf(routine), args.length, ...args], at.routine);
    const number = Atomics.add(order, at.begun, 1) + 1;
    Atomics.notify(order, at.begun);
    return () => {
      for (;;) {
        const ended = Atomics.load(order, at.ended);
        if (ended === number) return;
        if (ended < 0) throw new Error(`a thread of the wasm backend failed in ${routine}`);
        Atomics.wait(order, at.ended, ended);
      }
    };
  };
};

/** Places in an order; the routine's arguments stand behind. */
const at = { begun: 0, ended: 1, routine: 2 };

/** What a thread executes: CommonJS, as `eval` wants it. An order is taken when its number has gone up. */
const thread = `
const { parentPort, workerData: { module, memory, order, names } } = require('node:worker_threads');
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
parentPort.postMessage('ready');
for (let number = 0; ; ) {
  Atomics.wait(order, ${at.begun}, number);
  if (Atomics.load(order, ${at.begun}) === number) continue;
  number += 1;
  let ended = -1;
  try {
    exports[names[order[${at.routine}]]](...order.subarray(4, 4 + order[3]));
    ended = number;
  } finally {
    Atomics.store(order, ${at.ended}, ended);
    Atomics.notify(order, ${at.ended});
  }
}
`;
