import type { Answer } from './answer.ts';
import { toldOf } from './decision/decision.ts';
import type { Servable } from './servable.ts';

/** An answer's row: where it stands. */
export interface AnsweredRow {
  /** The source; absent where there is but one. */
  readonly file?: string;
  /** Its number in the source, from 1. */
  readonly row: number;
  /** Of a model of windows, which end with that row: how many rows later what is foretold stands, or the first of it. */
  readonly ahead?: number;
}

/** What a model of windows adds to an answer's row. */
export const aheadOf = ({ windowing }: Pick<Servable, 'windowing'>): Pick<AnsweredRow, 'ahead'> =>
  windowing === undefined ? {} : { ahead: windowing.params.ahead };

/** Writes answers down, as lines. */
export interface AnswerText {
  /** What stands before all of them. */
  readonly head: string;
  readonly line: (row: AnsweredRow, answer: Answer) => string;
}

/**
 * Numbers are written so that they are read back to the bit, and in CSV lists of labels, and of tags, as JSON arrays. A line
 * of JSON says by which thresholds its answer is taken.
 */
export const answerText = (
  format: 'jsonl' | 'csv',
  { card, decision, windowing }: Pick<Servable, 'card' | 'decision' | 'windowing'>,
  many: boolean,
): AnswerText => {
  const classes = card.targets?.[0]?.classes ?? card.classes;
  const taken = decision && { thresholds: toldOf(decision).thresholds };
  if (format === 'jsonl')
    return { head: '', line: (row, answer) => `${JSON.stringify({ ...row, ...answer, ...taken })}\n` };
  const areTags = card.targets?.[0]?.kind === 'tags';
  const names = [
    ...(many ? ['file'] : []),
    'row',
    ...(windowing === undefined ? [] : ['ahead']),
    'predicted',
    ...(areTags ? ['probability'] : (classes ?? []).map((name) => `probability_${name}`)),
  ];
  return {
    head: `${names.map(field).join(',')}\n`,
    line: ({ file, row, ahead }, answer) => {
      const probabilities = probabilitiesOf(answer, classes ?? []);
      const predicted = typeof answer.predicted === 'object' ? JSON.stringify(answer.predicted) : answer.predicted;
      const cells = [
        ...(many ? [file ?? ''] : []),
        row,
        ...(ahead === undefined ? [] : [ahead]),
        predicted,
        ...probabilities,
      ];
      return `${cells.map((cell) => field(String(cell))).join(',')}\n`;
    },
  };
};

/** A cell for each class or label; of tags one, with those of all words. */
const probabilitiesOf = (answer: Answer, classes: readonly string[]): readonly unknown[] => {
  if ('probability' in answer) return [JSON.stringify(answer.probability)];
  return 'probabilities' in answer ? classes.map((name) => answer.probabilities[name]) : [];
};

/** As RFC 4180 has it. */
const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
