import { posix } from 'node:path';
import { html, type Markup } from '../../page/html.ts';
import type { StageFailure, StageState } from '../../types/events.ts';
import type { RunRecord } from '../../types/generated/run.ts';
import type { StageRunRecord } from '../../types/generated/stage-run.ts';
import type { GraphView } from '../graph/graph-view.ts';

/** What a run's page is made from: records as they are written, and a few things beside them. */
export interface RunPageInput {
  readonly run: RunRecord;
  /** Digest of the run's record, where it is known already. */
  readonly record?: string;
  /** Records of stage runs by digest. The page looks at those that `neededStageRuns` names and can do without any. */
  readonly stageRuns: ReadonlyMap<string, StageRunRecord>;
  readonly graph: GraphView;
  /** The last lines of what stages printed, by stage, free of secrets. Failures bring their own. */
  readonly logs?: ReadonlyMap<string, readonly string[]>;
  /** Why stages failed, by stage. */
  readonly failures?: ReadonlyMap<string, StageFailure>;
  /** Seconds that stages which did not run would have taken. */
  readonly savedSeconds?: number;
  /** Path of the page itself, relative to the project: links to outs start from there. */
  readonly page: string;
}

/** What the sections are made from. */
export interface PageContext extends RunPageInput {
  /** Stages that the page says more of than their line in the table: those that links may lead to. */
  readonly described: ReadonlySet<string>;
}

export const contextOf = (input: RunPageInput): PageContext => {
  const entries = input.run.stages.filter(
    (entry) => isDescribed(input.run, entry) && stageRunOf(input, entry) !== undefined,
  );
  return { ...input, described: new Set(entries.map(({ stage }) => stage)) };
};

export type StageEntry = RunRecord['stages'][number];

/** With more nodes a pipeline is listed instead of drawn, and stages that did nothing are not described one by one. */
export const mostDrawn = 60;

/** Digests of the stage-run records that the page shows. Of a large pipeline, those of stages that did something. */
export const neededStageRuns = (run: RunRecord): readonly string[] =>
  run.stages
    .filter((entry) => isDescribed(run, entry))
    .flatMap(({ stageRun }) => (stageRun === undefined ? [] : [stageRun]));

/** Whether the page says more of a stage than its line in the table. */
export const isDescribed = (run: RunRecord, { state }: StageEntry): boolean =>
  run.stages.length <= mostDrawn || didSomething(state);

export const didSomething = (state: StageState): boolean =>
  state === 'ran' || state === 'failed' || state === 'interrupted' || state === 'cancelled';

/** The record of what made a stage's outs, in this run or an earlier one. */
export const stageRunOf = ({ stageRuns }: RunPageInput, { stageRun }: StageEntry): StageRunRecord | undefined =>
  stageRun === undefined ? undefined : stageRuns.get(stageRun);

/** A link from the page to a file of the project. */
export const linkTo = ({ page }: RunPageInput, path: string): string =>
  posix.relative(posix.dirname(page), path).split('/').map(encodeURIComponent).join('/');

/** The place on the page where a stage is described. */
export const anchorOf = (stage: string): string => `stage-${stage}`;

/** A link to where a stage is described, around `text`; the text alone where it is not. */
export const stageLink = ({ described }: PageContext, stage: string, text = stage): Markup =>
  described.has(stage) ? html`<a href="${linkToStage(stage)}">${text}</a>` : html`${text}`;

export const linkToStage = (stage: string): string => `#${encodeURIComponent(anchorOf(stage))}`;

/** The wall time of the run, in seconds. */
export const secondsOf = ({ started, ended }: { readonly started: string; readonly ended: string }): number =>
  (Date.parse(ended) - Date.parse(started)) / 1000;
