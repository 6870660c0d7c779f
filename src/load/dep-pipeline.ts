import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suggest } from '../diagnostics/suggest.ts';
import type { Dep, Project } from '../types/pipeline.ts';
import { outProblem, splitReference, wrongType } from './dep-stage.ts';
import type { Draft, Drafts } from './drafts.ts';
import { draftStages, stagesOf } from './drafts.ts';
import type { Finding, JsonDocument } from './finding.ts';
import { valueAt } from './finding.ts';
import { readJson } from './read-json.ts';
import type { DepSite, Resolving } from './resolving.ts';
import type { LoadedStageType } from './stage-types.ts';
import { loadStageType } from './stage-types.ts';
import { checkPipeline } from './structure.ts';
import { typesFit } from './types-fit.ts';

interface PipelineDep {
  readonly pipeline: string;
  readonly out: string;
}

/**
 * `{ "pipeline": …, "out": "stage.out" }`: an out of another pipeline, an accepted one where it has a gate. Of that one only the stage and its outs
 * are looked at: it is checked whole when it runs.
 */
export const resolvePipelineDep = async (
  dep: PipelineDep,
  site: DepSite,
  resolving: Resolving,
): Promise<Dep | undefined> => {
  const tell = (key: 'pipeline' | 'out', finding: Finding): undefined => {
    const spot = valueAt(resolving.document, 'stages', site.stage.name, 'deps', site.name, key);
    resolving.report({ ...finding, spot });
  };
  const parts = splitReference(dep.out);
  const { pipeline } = dep;
  if (pipeline === resolving.pipeline) return tell('pipeline', ownPipeline(dep));
  if (!existsSync(join(resolving.project.root, pipelineFile(pipeline))))
    return tell('pipeline', unknownPipeline(pipeline, resolving.project));
  if (parts === undefined)
    return tell('out', { code: 'bad-reference', message: `"${dep.out}" is not of the form "stage.out"` });
  const read = await readPipeline(pipeline, resolving.project);
  if (read === undefined) return tell('pipeline', unreadable(pipeline));
  const problem = problemIn(read.drafts, { ...parts, site, dep });
  if (problem !== undefined) return tell('out', problem);
  return { kind: hasGate(read.drafts) ? 'accepted' : 'pipeline', pipeline, ...parts };
};

/** Of a pipeline with a gate, others get what it has accepted. */
const hasGate = (drafts: Drafts): boolean =>
  [...drafts.values()].some(({ type }) => type?.declaration.verdict === true);

/** Names of the pipelines of a project: of the JSON files in `pipelines/`, sorted. */
export const pipelineNames = (project: Project): readonly string[] => {
  const folder = join(project.root, 'pipelines');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
};

export const pipelineFile = (name: string): string => `pipelines/${name}.json`;

const ownPipeline = ({ out }: PipelineDep): Finding => ({
  code: 'self-reference',
  message: 'the pipeline refers to an out of its own last run',
  hint: `within a pipeline, write "${out}"`,
});

const unknownPipeline = (name: string, project: Project): Finding => ({
  code: 'unknown-pipeline',
  message: `there is no pipeline "${name}"`,
  hint: suggest(name, pipelineNames(project), 'pipelines'),
});

const unreadable = (name: string): Finding => ({
  code: 'unreadable-pipeline',
  message: `${pipelineFile(name)} has mistakes of its own`,
  hint: `stemma plan ${name} tells them`,
});

/** The stages of another pipeline as its file has them now; undefined where that cannot be read. */
export const readPipeline = async (
  name: string,
  project: Project,
): Promise<{ readonly document: JsonDocument; readonly drafts: Drafts } | undefined> => {
  const file = pipelineFile(name);
  const read = await readJson(join(project.root, file), file);
  const drafts = read.kind === 'read' ? await draftsIn(read.document, project) : undefined;
  return read.kind === 'read' && drafts !== undefined ? { document: read.document, drafts } : undefined;
};

const ignore = (): void => {};

const draftsIn = async (document: JsonDocument, project: Project): Promise<Drafts | undefined> => {
  const isSound = checkPipeline(document, ignore);
  if (!isSound()) return undefined;
  const used = new Set(Object.values(stagesOf(document)).flatMap(({ uses }) => uses ?? []));
  const types = new Map<string, LoadedStageType>();
  for (const name of used) {
    const type = await loadStageType(project, name, ignore);
    if (typeof type === 'object') types.set(name, type);
  }
  return draftStages(document, isSound, types);
};

interface Asked {
  readonly stage: string;
  readonly out: string;
  readonly site: DepSite;
  readonly dep: PipelineDep;
}

const problemIn = (drafts: Drafts, { stage, out, site, dep }: Asked): Finding | undefined => {
  const draft: Draft | undefined = drafts.get(stage);
  if (draft === undefined) {
    const message = `the pipeline "${dep.pipeline}" has no stage "${stage}"`;
    return { code: 'unknown-stage', message, hint: suggest(stage, drafts.keys(), 'its stages') };
  }
  const type = draft.outs?.[out]?.type ?? 'any';
  if (typesFit(type, site.wanted)) return outProblem(draft, out);
  return wrongType({ site, from: `"${dep.out}" of pipeline "${dep.pipeline}"`, type });
};
