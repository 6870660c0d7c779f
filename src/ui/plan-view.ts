import { phraseOf } from './because.ts';
import { formatSeconds, plural } from './format.ts';
import type { Paint } from './paint.ts';
import type { Decision } from './state-marks.ts';
import { oneLine, padEnd, padStart, widthOf, wrap } from './text.ts';

/** What `stemma plan` shows. */
export interface PlanView {
  readonly pipeline: string;
  /** In topological order. */
  readonly stages: readonly PlannedStage[];
}

export interface PlannedStage {
  readonly stage: string;
  readonly decision: Decision;
  /** `will run`: why. `may run`: when, as `if train.model changes`. `blocked`: what is missing. Otherwise not shown. */
  readonly because: readonly string[];
  /** What the stage took the last time it ran, if it ever did. */
  readonly expectedSeconds?: number;
  /** What to do about a stage that is blocked. */
  readonly hint?: string;
}

export interface TextView {
  readonly paint: Paint;
  /** Cells in a line, or `Infinity` where lines are not to be broken. */
  readonly columns: number;
  /** `all`: a line a stage; `short`: of a large pipeline, what is up to date or restorable is counted. */
  readonly listing: 'short' | 'all';
}

/** The plan as text: a line a stage with its reason, and what the whole of it will take. Ends with a line end. */
export const renderPlan = (plan: PlanView, view: TextView): string => {
  const counting = view.listing === 'short' && plan.stages.length > mostListed;
  const listed = plan.stages.filter(({ decision }) => !counting || !isQuiet(decision));
  const names = Math.max(10, ...listed.map(({ stage }) => Math.min(32, widthOf(stage))));
  const lines = listed.flatMap((stage) => stageLines(stage, { ...view, names }));
  const counted = counting ? countedLines(plan.stages) : [];
  const title = `${view.paint.bold(plan.pipeline)}: ${plural(plan.stages.length, 'stage')}`;
  return [title, '', ...lines, ...counted, '', ...wrap(planSummary(plan.stages), view.columns), ''].join('\n');
};

const mostListed = 30;
const wordWidth = 12;
const timeWidth = 12;

/** What is said of each decision; `restore` is a thing to be done, but none that takes long. */
const words: Readonly<Record<Decision, string>> = {
  'will run': 'will run',
  'may run': 'may run',
  restore: 'restorable',
  'up to date': 'up to date',
  blocked: 'blocked',
};

const isQuiet = (decision: Decision): boolean => decision === 'up to date' || decision === 'restore';
const runs = ({ decision }: PlannedStage): boolean => decision === 'will run' || decision === 'may run';

const stageLines = (planned: PlannedStage, view: TextView & { readonly names: number }): readonly string[] => {
  const { stage, decision, expectedSeconds } = planned;
  const { paint, names, columns } = view;
  const time = runs(planned) && expectedSeconds !== undefined ? formatSeconds(expectedSeconds) : '';
  const word = painter(paint, decision)(padEnd(words[decision], wordWidth));
  const head = `  ${word}${padEnd(stage, names)}${padStart(time, timeWidth)}  `;
  const indent = 2 + wordWidth + names + timeWidth + 2;
  if (columns - indent < 24) {
    return [
      head.trimEnd(),
      ...wrap(reasonOf(planned), Math.max(8, columns - 6)).flatMap((line) => (line === '' ? [] : [`      ${line}`])),
    ];
  }
  const [first = '', ...rest] = wrap(reasonOf(planned), columns - indent);
  return [(head + first).trimEnd(), ...rest.map((line) => ' '.repeat(indent) + line)];
};

const painter = (paint: Paint, decision: Decision): ((text: string) => string) =>
  ({
    'will run': paint.cyan,
    'may run': paint.yellow,
    restore: paint.green,
    'up to date': paint.dim,
    blocked: paint.red,
  })[decision];

const reasonOf = ({ decision, because, hint }: PlannedStage): string => {
  if (because.length === 0 || isQuiet(decision)) return '';
  const reason = phraseOf(because);
  if (decision === 'will run') return `because ${reason}`;
  return hint === undefined ? reason : `${reason} (${oneLine(hint)})`;
};

const countedLines = (stages: readonly PlannedStage[]): readonly string[] =>
  (['restore', 'up to date'] as const).flatMap((decision) => {
    const count = stages.filter((stage) => stage.decision === decision).length;
    return count === 0 ? [] : [`  ${padEnd(words[decision], wordWidth)}${plural(count, 'stage')}`];
  });

/** `3 will run, 2 may run, 3 up to date · 42.9 s to 44.3 s of work, by the last runs`. */
export const planSummary = (stages: readonly PlannedStage[]): string => {
  const counts = (['blocked', 'will run', 'may run', 'restore', 'up to date'] as const).flatMap((decision) => {
    const count = stages.filter((stage) => stage.decision === decision).length;
    return count === 0 ? [] : [plural(count, words[decision], words[decision])];
  });
  return [counts.join(', ') || 'nothing to do', ...estimateOf(stages)].join(' · ');
};

/** The sum of what the stages took the last time; less when stages run side by side. */
const estimateOf = (stages: readonly PlannedStage[]): readonly string[] => {
  const sum = (decision: Decision): number =>
    stages.reduce((total, stage) => total + (stage.decision === decision ? (stage.expectedSeconds ?? 0) : 0), 0);
  const running = stages.filter(runs);
  const unknown = running.filter((stage) => stage.expectedSeconds === undefined).length;
  const [least, more] = [sum('will run'), sum('may run')];
  if (running.length === 0) return [];
  if (unknown === running.length) return ['no times known yet'];
  const texts = [formatSeconds(least), formatSeconds(least + more)];
  const range = [...new Set(texts)].join(' to ');
  return [`${range} of work by the last runs${unknown === 0 ? '' : `, and ${plural(unknown, 'stage')} never timed`}`];
};
