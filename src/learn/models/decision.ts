import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DecisionFile } from '../../types/generated/decision.ts';
import type { Evaluation } from '../../types/generated/evaluation.ts';
import type { ModelCard } from '../../types/generated/model.ts';
import { writeJson } from '../data/dataset.ts';
import { StageError } from '../error.ts';
import { isDecision } from '../generated/decision.js';
import { readFormat } from '../json.ts';

/** From which probability on an answer is taken: see `thresholds` in schemas/decision.schema.json. */
export type Thresholds = DecisionFile['thresholds'];

/** Name of the file in the folder of an exported model. */
export const decisionFile = 'decision.json';

/** What an evaluation has chosen on validation; undefined where it has chosen nothing. */
export const decisionIn = (evaluation: Evaluation): DecisionFile | undefined => {
  if (evaluation.kind === 'classification' && evaluation.threshold !== undefined) {
    const { value, metric, mode, rows } = evaluation.threshold;
    // A threshold is of the positive class, which evaluate names beside it.
    return { format: 'stemma-decision-v1', thresholds: [{ answer: evaluation.positive!, value }], metric, mode, rows };
  }
  if (evaluation.kind !== 'labels' || evaluation.thresholds === undefined) return undefined;
  const { values, metric, mode, rows } = evaluation.thresholds;
  const thresholds = evaluation.classes.map((answer, at) => ({ answer, value: values[at]! }));
  return { format: 'stemma-decision-v1', thresholds: thresholds as Thresholds, metric, mode, rows };
};

/** The classes, labels or tags of a model that predicts one target of these; empty for a number. */
export const answersIn = ({ classes, targets }: Pick<ModelCard, 'classes' | 'targets'>): readonly string[] =>
  targets?.[0]?.classes ?? classes ?? [];

/** Whether a model says for each label by itself how probable it is. */
export const takesLabels = ({ targets }: Pick<ModelCard, 'targets'>): boolean => targets?.[0]?.kind === 'labels';

/**
 * What stands in a model's folder; undefined where nothing does.
 *
 * @throws StageError where it is damaged, or of other answers than the model's.
 */
export const readDecision = async (folder: string, card: ModelCard): Promise<DecisionFile | undefined> => {
  const path = join(folder, decisionFile);
  if (!existsSync(path)) return undefined;
  const decision = await readFormat({ path, name: path }, 'stemma-decision-v1', isDecision);
  checkDecision(decision, card, path);
  return decision;
};

export const writeDecision = (folder: string, decision: DecisionFile): Promise<void> =>
  writeJson(join(folder, decisionFile), decision);

/** @throws StageError where thresholds are of other answers than a model has. */
export const checkDecision = (
  { thresholds }: Pick<DecisionFile, 'thresholds'>,
  card: ModelCard,
  name: string,
): void => {
  const answers = answersIn(card);
  const named = thresholds.map(({ answer }) => answer);
  const fits = takesLabels(card)
    ? String(named) === String(answers)
    : card.classes !== null && named.length === 1 && answers.includes(named[0]!);
  if (fits) return;
  throw new StageError(
    `${name} has a threshold of ${named.join(', ')}; the model predicts ${answers.join(', ') || 'a number'}`,
    'it was chosen for another model',
  );
};
