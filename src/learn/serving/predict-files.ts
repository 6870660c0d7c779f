import { once } from 'node:events';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PredictedAnswer, PredictOrder } from '../../types/serving-program.ts';
import { withConnection } from '../data/duckdb.ts';
import { answersTo } from './answer.ts';
import { type AnswerText, aheadOf, answerText } from './answer-text.ts';
import { type Causes, gatherCauses } from './causes.ts';
import { openSources } from './open-source.ts';
import { prepareRows } from './prepare.ts';
import type { RawRowsRead, RawSource } from './raw-rows.ts';
import { refuseShort, type Series, startSeries } from './series.ts';
import type { Servable } from './servable.ts';

export interface Predicting {
  readonly notice: (message: string) => void;
  /** Told after each part: rows read so far. */
  readonly progress: (rows: number) => void;
}

/**
 * Answers the rows of files. Where bad rows are not skipped, all answers are held back on the disk until it is known that
 * there are none.
 *
 * @throws StageError where a source cannot be read.
 */
export const predictFiles = async (
  order: PredictOrder,
  servable: Servable,
  listener: Predicting,
): Promise<PredictedAnswer> => {
  const temporary = await mkdtemp(join(tmpdir(), 'stemma-predict-'));
  const clear = (): void => rmSync(temporary, { recursive: true, force: true });
  // Who is called off ends at once.
  process.once('exit', clear);
  try {
    const direct = order.skipBad && order.output.path === undefined;
    const held = join(temporary, 'answers');
    const to: Writable = direct ? process.stdout : createWriteStream(held);
    const told = await answerAll({ order, servable, temporary, to }, listener);
    if (!direct) {
      to.end();
      await once(to, 'finish');
      if (told.bad === 0 || order.skipBad) await handOver(held, order.output.path);
    }
    return told;
  } finally {
    process.removeListener('exit', clear);
    clear();
  }
};

/** A file appears with all answers, or not at all. */
const handOver = async (held: string, path: string | undefined): Promise<void> => {
  if (path === undefined) {
    await pipeline(createReadStream(held), process.stdout, { end: false });
    return;
  }
  const beside = `${path}.${process.pid}.partial`;
  try {
    await copyFile(held, beside);
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
};

interface Work {
  readonly order: PredictOrder;
  readonly servable: Servable;
  readonly temporary: string;
  readonly to: Writable;
}

const answerAll = (work: Work, listener: Predicting): Promise<PredictedAnswer> =>
  withConnection(async (connection) => {
    const { order, servable } = work;
    const tally: Tally = { rows: 0, bad: 0, read: 0, causes: gatherCauses(), unknown: gatherCauses() };
    const many = order.inputs.length > 1;
    let text: AnswerText | undefined;
    const inputs = { paths: order.inputs, format: order.format, temporary: work.temporary };
    for await (const source of openSources(connection, servable, inputs)) {
      if (text === undefined) {
        text = answerText(order.output.format, servable, many || source.fileOf !== undefined);
        await write(work.to, text.head);
      }
      for (const notice of source.notices) listener.notice(`${source.name}: ${notice}`);
      const series = servable.windowing && startSeries(servable.windowing, source.name);
      for await (const part of source.parts()) {
        await answerPart(part, { ...work, source, text, tally, many, series });
        listener.progress(tally.read);
      }
      if (series === undefined || (tally.bad > 0 && !order.skipBad)) continue;
      const short = refuseShort(series, servable.windowing!, source.name);
      if (short !== undefined) listener.notice(`${source.name}: ${short}`);
    }
    const { rows, bad, causes, unknown } = tally;
    return { type: 'predicted', rows, bad, causes: causes.all(), unknown: unknown.all() };
  });

interface Tally {
  rows: number;
  bad: number;
  /** Rows that were read. */
  read: number;
  readonly causes: Causes;
  readonly unknown: Causes;
}

interface PartWork extends Work {
  readonly source: RawSource;
  readonly text: AnswerText;
  readonly tally: Tally;
  readonly many: boolean;
  /** Of a model of windows: the source's rows so far. */
  readonly series: Series | undefined;
}

const answerPart = async (
  part: RawRowsRead,
  { order, servable, source, text, tally, many, to, series }: PartWork,
): Promise<void> => {
  const prepared = prepareRows(servable, part, { unknown: order.allowUnknown ? 'answer' : 'refuse', series });
  const { numbers, rows, faults, unknown, examples } = prepared;
  const bad = new Set(faults.map(({ row }) => row)).size;
  tally.rows += numbers.length;
  tally.bad += bad;
  tally.read += rows + bad;
  tally.causes.add(source, faults);
  tally.unknown.add(source, unknown);
  // Nobody will see any answer.
  if (tally.bad > 0 && !order.skipBad) return;
  const answers = await answersTo(servable, examples);
  const lines = answers.map((answer, index) => {
    const row = numbers[index] as number;
    const file = source.fileOf?.(row) ?? (many ? source.name : undefined);
    return text.line({ ...(file !== undefined && { file }), row, ...aheadOf(servable) }, answer);
  });
  await write(to, lines.join(''));
};

const write = async (to: Writable, text: string): Promise<void> => {
  if (text !== '' && !to.write(text)) await once(to, 'drain');
};
