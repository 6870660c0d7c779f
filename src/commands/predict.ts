import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { openMachine } from '../machine/machine.ts';
import { BackendProblem } from '../plan/backend.ts';
import { runServing, type ServingEnd } from '../run/serving.ts';
import { Interrupted } from '../store/lock.ts';
import type { BackendName } from '../types/stage.ts';
import { renderCauses, sayPredicted } from '../ui/serving-view.ts';
import { printable } from '../ui/text.ts';
import { decidingOf } from './evaluation-places.ts';
import { interruptible } from './interrupt.ts';
import { findModel, type ModelPlace, wayOf } from './model-place.ts';
import { isLive } from './terminal.ts';
import { UserMistake } from './user-mistake.ts';

export interface PredictOptions {
  readonly format: string;
  readonly to: 'jsonl' | 'csv';
  readonly out?: string;
  readonly skipBad?: boolean;
  readonly allowUnknown?: boolean;
  readonly backend?: 'auto' | BackendName;
  readonly threshold: readonly string[];
  readonly evaluation?: string;
}

/** `stemma predict MODEL [FILE…]`: exit code 2 where there are bad rows, or the rows cannot be read at all. */
export const predict = async (asked: string, files: readonly string[], options: PredictOptions): Promise<number> => {
  const model = await findModel(asked);
  if (model === undefined) return 2;
  const interrupt = interruptible();
  const live = isLive(process.stderr);
  const clear = (): void => {
    if (live) process.stderr.write('\r\x1b[K');
  };
  const notice = (message: string): void => {
    clear();
    process.stderr.write(`note: ${printable(message)}\n`);
  };
  try {
    const way = wayOf(model.pipeline);
    const end = await runServing({
      ...{ ...way, backend: options.backend ?? way.backend },
      order: orderOf(model, inputsOf(files), options),
      machine: openMachine({ environment: process.env }),
      signal: interrupt.signal,
      onBackend: () => undefined,
      onNotice: notice,
      onAnswer: (answer) => {
        if (answer.type === 'notice') notice(answer.message);
        if (answer.type === 'progress' && live) process.stderr.write(`\r\x1b[K${answer.rows} rows`);
      },
    });
    clear();
    return tellEnd(end, options.skipBad === true);
  } catch (error) {
    clear();
    if (error instanceof Interrupted) return 130;
    if (error instanceof BackendProblem) throw new UserMistake(error.message, error.hint);
    throw error;
  } finally {
    interrupt.release();
  }
};

const orderOf = (model: ModelPlace, inputs: readonly string[], options: PredictOptions) => ({
  ...{ type: 'predict' as const, model: model.folder, inputs, format: options.format },
  output: { format: options.to, ...(options.out !== undefined && { path: resolve(options.out) }) },
  skipBad: options.skipBad === true,
  allowUnknown: options.allowUnknown === true,
  decide: decidingOf(model, options),
});

/** A pipe is read where no file is named. */
const inputsOf = (files: readonly string[]): string[] => {
  if (files.length === 0 && process.stdin.isTTY === true)
    throw new UserMistake('there are no rows to predict', 'name a file, or give rows on standard input with --format');
  if (files.filter((file) => file === '-').length > 1) throw new UserMistake('standard input is named twice');
  return (files.length === 0 ? ['-'] : files).map((file) => {
    if (file === '-') return file;
    if (!existsSync(file)) throw new UserMistake(`${file} does not exist`);
    statSync(file);
    return resolve(file);
  });
};

const tellEnd = (end: ServingEnd, skipsBad: boolean): number => {
  if (end.type === 'failed') {
    const hint = end.hint === undefined ? '' : `hint: ${printable(end.hint)}\n`;
    process.stderr.write(`error: ${printable(end.message)}\n${hint}`);
    return 2;
  }
  if (end.type !== 'predicted') throw new RangeError(`predict: ended as "${end.type}"`);
  process.stderr.write(renderCauses(end, skipsBad));
  process.stderr.write(`${sayPredicted(end, skipsBad)}\n`);
  return end.bad > 0 ? 2 : 0;
};
