import type { ModelCard } from '../../../types/generated/model.ts';
import { listed } from '../../data/words.ts';
import { StageError } from '../../error.ts';
import { usualThreshold } from '../../metrics/label-set.ts';
import { answersIn, type Thresholds, takesLabels } from '../../models/decision.ts';

/**
 * Thresholds as somebody writes them: a number, or `NAME=NUMBER`, once or more.
 *
 * @param known what would be taken without them: of labels, those that are not named keep theirs; of two classes a bare
 * number is of the class that is known, else of the second, as in evaluate.
 * @throws StageError where one is no number from 0 to 1, or of nothing that the model predicts.
 */
export const askedThresholds = (
  asked: readonly string[],
  { card, known }: { readonly card: ModelCard; readonly known: Thresholds | undefined },
): Thresholds => {
  const answers = answersIn(card);
  const isLabels = takesLabels(card);
  if (answers.length === 0 || (!isLabels && card.classes === null))
    throw new StageError('a threshold is of a class or a label, and this model predicts neither', 'leave it out');
  const each = asked.map((text) => parsed(text, answers));
  if (isLabels) {
    const values = new Map<string, number>(answers.map((answer) => [answer, usualThreshold]));
    for (const { answer, value } of known ?? []) values.set(answer, value);
    for (const { answer, value } of each)
      for (const label of answer === undefined ? answers : [answer]) values.set(label, value);
    return answers.map((answer) => ({ answer, value: values.get(answer)! })) as Thresholds;
  }
  const [only, ...more] = each;
  if (only === undefined || more.length > 0)
    throw new StageError('a model of one category has one threshold, of one class', 'give --threshold once');
  const answer = only.answer ?? known?.[0]?.answer ?? (answers.length === 2 ? answers[1] : undefined);
  if (answer !== undefined) return [{ answer, value: only.value }];
  throw new StageError(
    `a threshold is of one class against the rest, and there are ${answers.length}`,
    `write which, as --threshold "${answers[0]}=${only.value}"`,
  );
};

/** A name may have a "=" in it: the number stands behind the last one. */
const parsed = (text: string, answers: readonly string[]): { readonly answer?: string; readonly value: number } => {
  const at = text.lastIndexOf('=');
  const number = text.slice(at + 1).trim();
  const value = number === '' ? Number.NaN : Number(number);
  if (!(value >= 0 && value <= 1))
    throw new StageError(`"${text}" is no threshold`, 'a threshold is a number from 0 to 1, or NAME=NUMBER');
  if (at < 0) return { value };
  const answer = text.slice(0, at);
  if (answers.includes(answer)) return { answer, value };
  throw new StageError(`"${answer}" is nothing that the model predicts`, `it predicts ${listed(answers)}`);
};
