import type { Tensor } from '../data/safetensors.ts';
import { type TableColumn, writeTable } from '../data/table.ts';
import { normsOf, type Squares } from './measures.ts';
import type { Reading } from './readings.ts';
import type { Task } from './tasks.ts';

/** A step that is kept in the log. All numbers have float32's precision, so that a checkpoint holds them exactly. */
export interface LoggedStep {
  /** From 1, over the whole training. */
  readonly step: number;
  readonly epoch: number;
  readonly rate: number;
  /** Mean over the batch, before the step. */
  readonly loss: number;
  /** Mean over the batch. */
  readonly score: number;
  readonly squares: Squares;
}

/**
 * Steps from one that is measured to the next, where nobody says how many: ten, and in long epochs as many as give 20 rows
 * an epoch. A measured step reads all weights once more; told so often, it shows all that changes within an epoch.
 */
export const usualLogEvery = (stepsPerEpoch: number): number => Math.max(10, Math.floor(stepsPerEpoch / 20));

/** The steps of an epoch that were measured. */
export const loggedOf = (readings: readonly Reading[], epoch: number): LoggedStep[] =>
  readings.flatMap(({ step, rate, rows, loss, score, squares }) =>
    squares === undefined
      ? []
      : {
          ...{ step: step + 1, epoch, squares, rate: Math.fround(rate) },
          ...{ loss: Math.fround(loss / rows), score: Math.fround(score / rows) },
        },
  );

/** The log as tensors of a checkpoint, by names that begin with `log/`. */
export const packLog = (log: readonly LoggedStep[]): ReadonlyMap<string, Tensor> => {
  const [rows, width] = [log.length, log[0]?.squares.length ?? 0];
  const squares = new Float32Array(rows * width);
  for (const [at, step] of log.entries()) squares.set(step.squares, at * width);
  const places = Int32Array.from(log.flatMap(({ step, epoch }) => [step, epoch]));
  const values = Float32Array.from(log.flatMap(({ rate, loss, score }) => [rate, loss, score]));
  return new Map([
    ['log/places', { shape: [rows, 2], data: places }],
    ['log/values', { shape: [rows, 3], data: values }],
    ['log/squares', { shape: [rows, width], data: squares }],
  ]);
};

/** The log of a checkpoint's tensors; an empty one where they have none. */
export const unpackLog = (tensors: ReadonlyMap<string, Tensor>): LoggedStep[] => {
  const [places, values, squares] = ['places', 'values', 'squares'].map((name) => tensors.get(`log/${name}`));
  if (places === undefined || values === undefined || squares === undefined) return [];
  const width = squares.shape[1]!;
  return Array.from({ length: places.shape[0]! }, (_, at): LoggedStep => {
    const [step, epoch] = places.data.slice(2 * at, 2 * at + 2) as Int32Array;
    const [rate, loss, score] = values.data.slice(3 * at, 3 * at + 3) as Float32Array;
    const own = Float32Array.from(squares.data.slice(at * width, (at + 1) * width));
    return { step: step!, epoch: epoch!, rate: rate!, loss: loss!, score: score!, squares: own };
  });
};

/**
 * Writes the log as a table, a row a step: `step`, `epoch`, `rate`, `loss`, the task's score, `gradient_norm`,
 * `weight_norm` (before the step) and `update_ratio`, over all trainable weights. The same log gives the same bytes.
 */
export const writeLog = async (path: string, log: readonly LoggedStep[], task: Task): Promise<void> => {
  const integers = { step: log.map(({ step }) => step), epoch: log.map(({ epoch }) => epoch) };
  const norms = log.map(({ squares }) => normsOf(squares));
  const reals = {
    rate: log.map(({ rate }) => rate),
    loss: log.map(({ loss }) => loss),
    [task.scoreName]: log.map(({ score }) => score),
    gradient_norm: norms.map(({ gradient }) => gradient),
    weight_norm: norms.map(({ weight }) => weight),
    update_ratio: norms.map(({ updateRatio }) => updateRatio),
  };
  await writeTable(path, [
    ...Object.entries(integers).map(
      ([name, of]): TableColumn => ({ name, type: 'int32', values: Int32Array.from(of) }),
    ),
    ...Object.entries(reals).map(
      ([name, of]): TableColumn => ({ name, type: 'float32', values: Float32Array.from(of) }),
    ),
  ]);
};
