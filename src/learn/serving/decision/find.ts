import { existsSync } from 'node:fs';
import type { DecisionFile } from '../../../types/generated/decision.ts';
import type { ModelCard } from '../../../types/generated/model.ts';
import type { DecidingOrder, EvaluationPlace } from '../../../types/serving-program.ts';
import { digestOfFolder } from '../../data/folder-digest.ts';
import { counted } from '../../data/words.ts';
import { StageError } from '../../error.ts';
import { isEvaluation } from '../../generated/evaluation.js';
import { readFormat } from '../../json.ts';
import { usualThreshold } from '../../metrics/label-set.ts';
import { answersIn, checkDecision, decisionFile, decisionIn, readDecision, type Thresholds, takesLabels } from '../../models/decision.ts'; // biome-ignore format: one line
import { askedThresholds } from './asked.ts';
import { type Decision, sayDecision } from './decision.ts';

/**
 * How a model's answers are taken: by what is asked for; else as the evaluations that judged this very model have chosen;
 * else as its folder says; else of labels from 0.5 on, and the most probable class.
 *
 * @returns undefined where the most probable class is taken, or where nothing is taken, as of numbers and tags.
 * @throws StageError where evaluations of the model differ, or one that has to be there is not, or is of another model.
 */
export const findDecision = async (
  folder: string,
  card: ModelCard,
  { thresholds: asked, evaluations }: DecidingOrder,
): Promise<Decision | undefined> => {
  if (asked.length > 0) {
    // What is asked for stands above all that could be missing.
    const meant = await chosen(folder, card, evaluations.map((place) => ({ ...place, rule: 'found' as const }))); // biome-ignore format: one line
    return { thresholds: askedThresholds(asked, { card, known: meant?.thresholds }), from: 'as asked for' };
  }
  const found = await chosen(folder, card, evaluations);
  if (found !== undefined) return found;
  if (!takesLabels(card)) return undefined;
  const usual = answersIn(card).map((answer) => ({ answer, value: usualThreshold })) as Thresholds;
  return { thresholds: usual, from: 'no threshold was chosen' };
};

const chosen = async (
  folder: string,
  card: ModelCard,
  evaluations: readonly EvaluationPlace[],
): Promise<Decision | undefined> => {
  const judged: Judged[] = [];
  if (evaluations.length > 0) {
    const digest = await digestOfFolder(folder);
    for (const place of evaluations) judged.push(...(await judgedIn(place, { digest, card })));
  }
  const [first, ...others] = judged;
  if (first === undefined) return from(await readDecision(folder, card), decisionFile);
  const one = from(first.decision, first.name);
  for (const { name, decision } of others) {
    if (thresholdsText(decision) === thresholdsText(first.decision)) continue;
    const ways = [one, from(decision, name)].map((way, at) => way === undefined ? `${[first.name, name][at]} takes the most probable` : sayDecision(way)); // biome-ignore format: one line
    throw new StageError(
      `evaluations of this model take its answers differently: ${ways.join('; ')}`,
      'name one of their files with --evaluation, or say --threshold',
    );
  }
  return one;
};

interface Judged {
  readonly name: string;
  readonly decision: DecisionFile | undefined;
}

const thresholdsText = (decision: DecisionFile | undefined): string => JSON.stringify(decision?.thresholds ?? []);

const from = (decision: DecisionFile | undefined, name: string): Decision | undefined =>
  decision && {
    thresholds: decision.thresholds,
    from: `${name}: chosen for ${decision.metric} on ${counted(decision.rows, 'validation example')}`,
  };

/** What an evaluation has chosen for this model; nothing where it is of another one and need not be of this. */
const judgedIn = async (
  { path, name, rule }: EvaluationPlace,
  { digest, card }: { readonly digest: string; readonly card: ModelCard },
): Promise<Judged[]> => {
  const hint = 'run the pipeline, so that this model is judged, or say --threshold';
  if (!existsSync(path)) {
    if (rule !== 'needed') return [];
    throw new StageError(`${name} is to choose a threshold, and has no evaluation in the workspace`, hint);
  }
  const evaluation = await readFormat({ path, name: path }, 'stemma-evaluation-v1', isEvaluation);
  const decision = decisionIn(evaluation);
  if (evaluation.kind === 'boxes' || evaluation.model !== digest) {
    if (rule === 'found' || (rule === 'meant' && decision === undefined)) return [];
    throw new StageError(`${name} has judged another model than this one: what it chose is not for this`, hint);
  }
  if (decision !== undefined) checkDecision(decision, card, name);
  return [{ name, decision }];
};
