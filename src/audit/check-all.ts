import type { Project } from '../types/pipeline.ts';
import { checkCode } from './checks/code.ts';
import { checkContent } from './checks/content.ts';
import { checkDerived } from './checks/derived.ts';
import { checkEntries } from './checks/entries.ts';
import { checkInputs } from './checks/inputs.ts';
import { checkLeakage } from './checks/leakage.ts';
import { checkManifests, checkNeeded } from './checks/manifests.ts';
import { checkOtherFiles } from './checks/other-files.ts';
import { checkOuts, checkPages } from './checks/outs.ts';
import { checkPieces } from './checks/pieces.ts';
import { checkPublished } from './checks/published.ts';
import { checkRuns } from './checks/runs.ts';
import { checkStageRuns } from './checks/stage-runs.ts';
import { checkStates } from './checks/states.ts';
import type { Collector } from './collector.ts';
import { checkHeads, type KnownHead } from './head.ts';
import { storedManifests } from './manifests.ts';
import { settlingPipelines } from './settling.ts';
import { type Survey, surveyStore } from './survey.ts';

export interface CheckRequest {
  readonly project: Project;
  readonly heads: readonly KnownHead[];
  /** Names of content that was hashed a moment ago and was right. */
  readonly sound: ReadonlySet<string>;
}

export interface Checked {
  readonly survey: Survey;
  readonly sound: ReadonlySet<string>;
}

/** All checks, in an order in which each can rely on what those before it have found right. */
export const checkAll = async (
  { project, heads, sound: known }: CheckRequest,
  { time }: Collector,
): Promise<Checked> => {
  const survey = await time('stage runs', (listener) => surveyStore(project, listener));
  const stageRuns = await time('stage runs', (listener) => checkStageRuns(survey, listener));
  const checkedRuns = await time('runs', (listener) => checkRuns(survey, listener));
  await time('runs', (listener) => checkHeads(heads, survey, listener));
  const entries = await time('cache entries', (listener) => checkEntries(survey, stageRuns, listener));
  const placed = await time('states', (listener) => checkStates(survey, stageRuns, listener));
  const sound = await time('content', (listener) => checkContent(survey, known, listener));
  const manifests = storedManifests(survey, sound);
  await time('manifests', (listener) => checkManifests(stageRuns, manifests, listener));
  await time('cache entries', (listener) => checkNeeded(survey, { entries, stageRuns, manifests }, listener));
  const settling = settlingPipelines(survey, checkedRuns.records, stageRuns.byDigest);
  const outs = await time('outs', (listener) => checkOuts(survey, { placed, manifests, settling }, listener));
  await time('outs', (listener) => checkPages(survey, { ...checkedRuns, settling }, listener));
  const publishing = { ...checkedRuns, manifests, settling };
  await time('published', (listener) => checkPublished(survey, publishing, listener));
  await time('leakage', (listener) => checkLeakage(survey, { placed, sound }, listener));
  await time('inputs', (listener) => checkInputs(survey, { ...checkedRuns, stageRuns, manifests, outs }, listener));
  await time('code', (listener) => checkCode(survey, listener));
  await time('pieces', (listener) => checkPieces(survey, listener));
  await time('derived files', (listener) => checkDerived(survey, listener));
  await time('other files', (listener) => checkOtherFiles(survey, new Set(outs.keys()), listener));
  return { survey, sound };
};
