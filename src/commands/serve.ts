import { openMachine } from '../machine/machine.ts';
import { BackendProblem } from '../plan/backend.ts';
import { runServing } from '../run/serving.ts';
import { Interrupted } from '../store/lock.ts';
import type { BackendName } from '../types/stage.ts';
import { printable } from '../ui/text.ts';
import { decidingOf } from './evaluation-places.ts';
import { interruptible } from './interrupt.ts';
import { findModel, wayOf } from './model-place.ts';
import { UserMistake } from './user-mistake.ts';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly backend?: 'auto' | BackendName;
  /** Bytes. */
  readonly maxBody: number;
  readonly maxRows: number;
  /** Seconds. */
  readonly timeout: number;
  readonly allowUnknown?: boolean;
  readonly threshold: readonly string[];
  readonly evaluation?: string;
}

/** `stemma serve MODEL`: serves until it is told to end; exit code 1 where it cannot. */
export const serve = async (asked: string, options: ServeOptions): Promise<number> => {
  const model = await findModel(asked);
  if (model === undefined) return 2;
  const interrupt = interruptible();
  const say = (line: string): void => void process.stderr.write(`${printable(line)}\n`);
  let backend = '';
  try {
    const way = wayOf(model.pipeline);
    const end = await runServing({
      ...{ ...way, backend: options.backend ?? way.backend },
      order: {
        ...{ type: 'serve', model: model.folder, host: options.host, port: options.port },
        limits: { bodyBytes: options.maxBody, rows: options.maxRows, requestSeconds: options.timeout },
        ...{ allowUnknown: options.allowUnknown === true, decide: decidingOf(model, options) },
      },
      machine: openMachine({ environment: process.env }),
      signal: interrupt.signal,
      onBackend: ({ choice }) => {
        backend = `${choice.name} (${choice.device.toUpperCase()})`;
      },
      onNotice: (message) => say(`note: ${message}`),
      onAnswer: (answer) => {
        if (answer.type === 'notice') say(`note: ${answer.message}`);
        if (answer.type !== 'listening') return;
        const { host, port } = answer;
        if (!isLoopback(host)) say(`note: ${host} can be reached from other machines, and whoever reaches it may ask`);
        say(`serving ${asked} with ${backend} at http://${host.includes(':') ? `[${host}]` : host}:${port}`);
      },
    });
    if (end.type === 'failed') {
      say(`error: ${end.message}`);
      if (end.hint !== undefined) say(`hint: ${end.hint}`);
      return 1;
    }
    if (end.type === 'stopped') say(`stopped after ${end.requests} ${end.requests === 1 ? 'request' : 'requests'}`);
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return 130;
    if (error instanceof BackendProblem) throw new UserMistake(error.message, error.hint);
    throw error;
  } finally {
    interrupt.release();
  }
};

const isLoopback = (host: string): boolean => host === '::1' || host.startsWith('127.');
