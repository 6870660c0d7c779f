import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from '../fingerprint/replace-file.ts';
import type { Workspace } from '../plan/workspace.ts';
import { refuseLinks } from '../run/link-on-the-way.ts';
import { logFile } from '../run/log-file.ts';
import type { RunResult } from '../run/request.ts';
import type { StageFailure } from '../types/events.ts';
import type { StageRunRecord } from '../types/generated/stage-run.ts';
import type { Pipeline, Project } from '../types/pipeline.ts';
import { formatSeconds } from '../ui/format.ts';
import { graphOf, type NodeDetails } from '../ui/graph-of.ts';
import { linkToStage, neededStageRuns } from '../ui/page/page-input.ts';

interface PageContext {
  readonly project: Project;
  readonly pipeline: Pipeline;
  readonly workspace: Workspace;
}

/** Writes `artifacts/<pipeline>/run.html`, and returns its path. */
export const writeRunPage = async (
  { record, outcomes }: Omit<RunResult, 'recordDigest'>,
  { project, pipeline, workspace }: PageContext,
): Promise<string> => {
  const { renderRunPage } = await import('../ui/page/run-page.ts');
  const stageRuns = readStageRuns(neededStageRuns(record), workspace);
  const failures = outcomes.flatMap(({ stage, failure }): [string, StageFailure][] =>
    failure ? [[stage, failure]] : [],
  );
  const details: NodeDetails = Object.fromEntries(
    outcomes.map(({ stage, state, seconds }) => [
      stage,
      { state, link: linkToStage(stage), ...(state === 'ran' && { detail: formatSeconds(seconds) }) },
    ]),
  );
  const page = `artifacts/${pipeline.name}/run.html`;
  const html = await renderRunPage({
    run: record,
    stageRuns,
    graph: graphOf(pipeline, details),
    logs: lastLinesOf(stageRuns, workspace),
    failures: new Map(failures),
    savedSeconds: outcomes.reduce((sum, { savedSeconds }) => sum + savedSeconds, 0),
    page,
  });
  refuseLinks(project.root, page);
  // Of a pipeline whose stages have no outs nothing stands there yet.
  mkdirSync(dirname(join(project.root, page)), { recursive: true });
  replaceFile(join(project.root, page), html);
  return page;
};

const readStageRuns = (digests: readonly string[], { records }: Workspace): Map<string, StageRunRecord> =>
  new Map(
    digests.flatMap((digest): [string, StageRunRecord][] => {
      const record = records.readStageRun(digest);
      return record === undefined ? [] : [[digest, record]];
    }),
  );

const linesShown = 40;

const lastLinesOf = (stageRuns: ReadonlyMap<string, StageRunRecord>, workspace: Workspace): Map<string, string[]> =>
  new Map(
    [...stageRuns.values()].flatMap(({ stage, log }): [string, string[]][] => {
      const text = log === null ? undefined : readIfThere(logFile(log, workspace.folders));
      return text === undefined ? [] : [[stage, text.trimEnd().split('\n').slice(-linesShown)]];
    }),
  );

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
