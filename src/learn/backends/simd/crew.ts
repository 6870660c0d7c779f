import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { StageError } from '../../error.ts';
import { type Exports, type Memory, WebAssembly } from './web-assembly.ts';

/** Threads over one memory that share pieces of work. */
export interface Crew {
  /** The caller's own one counted. */
  readonly threads: number;
  /**
   * Calls a routine once for each list of arguments, at most `mostShares` of equal length for each thread, in any order
   * and on any thread; returns when all have ended.
   */
  run(routine: string, shares: readonly (readonly number[])[]): void;
}

export const mostShares = 4;

/**
 * A module's routines on the caller's thread and on `threads − 1` more. Whoever is free takes the next share, so that a
 * thread that gets no core does not hold up the others. They sleep until there is something to do, which costs some
 * 0.1 ms, and do not keep the process alive.
 *
 * @param code a WebAssembly module that imports `env.memory`; shared, where there is more than one thread.
 * @throws StageError where a thread cannot be started.
 */
export const startCrew = async (code: Uint8Array<ArrayBuffer>, memory: Memory, threads: number): Promise<Crew> => {
  const module = new WebAssembly.Module(code);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const order = new Int32Array(new SharedArrayBuffer(4 * (at.args + threads * mostShares * mostArgs)));
  const names = Object.keys(exports);
  const workerData = { module, memory, order, names };
  await Promise.all(Array.from({ length: threads - 1 }, () => startThread(workerData)));
  let begun = 0;
  const run: Crew['run'] = (routine, shares) => {
    if (threads === 1 || shares.length <= 1) {
      for (const share of shares) exports[routine]!(...share);
      return;
    }
    begun = (begun + 1) % (1 << 20);
    Atomics.store(order, at.ticket, begun * 1024 + closed);
    order.set([shares.length, shares.length, names.indexOf(routine), shares[0]!.length], at.left);
    order.set(shares.flat(), at.args);
    Atomics.store(order, at.ticket, begun * 1024);
    Atomics.notify(order, at.ticket);
    takeShares(order, names, exports);
    for (let left = Atomics.load(order, at.left); left !== 0; left = Atomics.load(order, at.left)) {
      if (left < 0) throw new Error(`a thread of the wasm backend failed in ${routine}`);
      Atomics.wait(order, at.left, left);
    }
  };
  return { threads, run };
};

/**
 * Places in the order that all threads see. `ticket`: number of the piece of work × 1024 + its next share, or `closed`;
 * `left`: shares that have not ended; then how many there were, the routine and its number of arguments; `args`: those
 * of each share. A share belongs to whoever raises the ticket. All else is written while the ticket is closed, and all
 * shares have ended: a thread that still holds the last ticket cannot raise it any more.
 */
const at = { ticket: 0, left: 1, shares: 2, routine: 3, length: 4, args: 5 };
const closed = 1023;
const mostArgs = 20;

/** Takes shares as long as there are any. Its text is a part of what the other threads execute: it stands alone. */
const takeShares = (order: Int32Array, names: readonly string[], routines: Exports): number => {
  for (;;) {
    const ticket = Atomics.load(order, 0);
    const share = ticket % 1024;
    if (share >= order[2]!) return ticket;
    if (Atomics.compareExchange(order, 0, ticket, ticket + 1) !== ticket) continue;
    const from = 5 + share * order[4]!;
    let left = 0;
    try {
      routines[names[order[3]!]!]!(...order.subarray(from, from + order[4]!));
      left = Atomics.sub(order, 1, 1) - 1;
    } catch (error) {
      Atomics.store(order, 1, -1);
      left = -1;
      throw error;
    } finally {
      if (left <= 0) Atomics.notify(order, 1);
    }
  }
};

const startThread = async (workerData: object): Promise<void> => {
  // The thread is no part of what the process was started with, as loaders or a debugger.
  const worker = new Worker(thread, { eval: true, execArgv: [], workerData });
  try {
    await once(worker, 'message');
  } catch (error) {
    throw new StageError(`backend wasm cannot start a thread: ${(error as Error).message}`);
  }
  worker.unref();
};

/** What a thread executes: CommonJS, as `eval` wants it. */
const thread = `
const { parentPort, workerData: { module, memory, order, names } } = require('node:worker_threads');
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
const takeShares = ${takeShares};
parentPort.postMessage('ready');
for (;;) Atomics.wait(order, 0, takeShares(order, names, exports));
`;
