import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { suggest } from '../diagnostics/suggest.ts';
import type { StageTypeFile } from '../types/generated/stage.ts';
import type { JsonObject } from '../types/json.ts';
import type { Project, StageType } from '../types/pipeline.ts';
import { noParams } from './compose-schema.ts';
import { depsNamedIn } from './declared-rows.ts';
import { neededMistakes } from './dep-needed.ts';
import type { JsonDocument, Report, Spot } from './finding.ts';
import { valueAt } from './finding.ts';
import { areNested, isInnerPath, tidyPath } from './probe.ts';
import { packageRoot } from './project.ts';
import { readJson } from './read-json.ts';
import { checkStageType } from './structure.ts';

/** A stage type as its folder declares it. */
export interface LoadedStageType {
  readonly type: StageType;
  readonly declaration: StageTypeFile;
  /** stage.json itself: for mistakes in it. */
  readonly document: JsonDocument;
  /** A JSON Schema. */
  readonly params: JsonObject;
  readonly seeded: boolean;
}

/**
 * Finds a stage type by the one rule: the folder `stages/<name>/` of the project, else Stemma's own.
 * Reports what is wrong with its declaration; a broken one cannot be used.
 */
export const loadStageType = async (
  project: Project,
  name: string,
  report: Report,
): Promise<LoadedStageType | 'unknown' | 'broken'> => {
  const folder = folderOf(project, name);
  if (folder === undefined) return 'unknown';
  const file = shownPath(project, join(folder, 'stage.json'));
  const read = await readJson(join(folder, 'stage.json'), file);
  if (read.kind === 'missing') return 'unknown';
  if (read.kind === 'broken') {
    for (const finding of read.findings) report(finding);
    return 'broken';
  }
  return fromDocument({ name, folder, document: read.document }, report) ?? 'broken';
};

/** Names of all stage types that a project can use, sorted. */
export const stageTypeNames = (project: Project): readonly string[] => {
  const names = stageFolders(project).flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
  return [...new Set(names)].filter((name) => folderOf(project, name) !== undefined).sort();
};

export const unknownStageType = (project: Project, name: string) =>
  ({
    code: 'unknown-stage-type',
    message: `there is no stage type "${name}"`,
    hint: suggest(name, stageTypeNames(project), 'stage types'),
  }) as const;

const stageFolders = (project: Project): readonly string[] => [
  join(project.root, 'stages'),
  join(packageRoot(), 'stages'),
];

const folderOf = (project: Project, name: string): string | undefined =>
  stageFolders(project)
    .map((stages) => join(stages, name))
    .find((folder) => existsSync(join(folder, 'stage.json')));

/** Files of the project by their path in it, Stemma's own as it is installed. */
const shownPath = (project: Project, path: string): string => {
  const inside = relative(project.root, path);
  const shown = inside.startsWith('..') ? join('stemma', relative(packageRoot(), path)) : inside;
  return shown.split(sep).join('/');
};

interface Found {
  readonly name: string;
  readonly folder: string;
  readonly document: JsonDocument;
}

const fromDocument = (found: Found, report: Report): LoadedStageType | undefined => {
  const { name, folder, document } = found;
  const isSound = checkStageType(document, report);
  if (!isSound()) return undefined;
  const declaration = document.value as unknown as StageTypeFile;
  const entry = ['run.ts', 'run.js', 'run.mjs'].map((file) => join(folder, file)).find((file) => existsSync(file));
  const mistakes = mistakesIn(found, declaration, entry);
  for (const mistake of mistakes) report({ code: 'bad-stage-type', ...mistake });
  if (mistakes.length > 0 || entry === undefined) return undefined;
  const type: StageType = {
    name,
    version: declaration.version,
    folder,
    entry,
    reads: declaration.reads ?? [],
    usesObjective: (declaration.objective ?? false) !== false,
    usesUpstream: declaration.upstream ?? false,
    usesBackend: declaration.backend ?? false,
    givesVerdict: declaration.verdict ?? false,
    rehearses: declaration.rehearsal ?? false,
    extent: declaration.extent ?? [],
    measures: declaration.measures ?? false,
  };
  const params = (declaration.params ?? noParams) as JsonObject;
  return { type, declaration, document, params, seeded: declaration.seed ?? false };
};

interface Mistake {
  readonly message: string;
  readonly spot: Spot;
}

const mistakesIn = (found: Found, declaration: StageTypeFile, entry: string | undefined): readonly Mistake[] => {
  const { name, document } = found;
  const noCode = { message: `stage type "${name}" has no run.ts, run.js or run.mjs`, spot: valueAt(document) };
  return [
    ...(entry === undefined ? [noCode] : []),
    ...outMistakes(found, declaration),
    ...rowMistakes(found, declaration),
    ...readMistakes(found, declaration),
    ...extentMistakes(found, declaration),
    ...acceptedMistakes(found, declaration),
    ...neededMistakes(found, declaration),
  ];
};

const outMistakes = ({ name, document }: Found, { deps, outs = {} }: StageTypeFile): readonly Mistake[] =>
  Object.entries(outs).flatMap(([out, { path, if: dep }], index) => {
    const earlier = Object.entries(outs).slice(0, index);
    const clash = earlier.find(([, other]) => areNested(tidyPath(other.path), tidyPath(path)))?.[0];
    const [pathSpot, ifSpot] = [valueAt(document, 'outs', out, 'path'), valueAt(document, 'outs', out, 'if')];
    return [
      ...(isInnerPath(path)
        ? []
        : [{ message: `out "${out}" is not inside the stage's folder: "${path}"`, spot: pathSpot }]),
      ...(clash === undefined
        ? []
        : [{ message: `outs "${clash}" and "${out}" have the same path, or lie in one another`, spot: pathSpot }]),
      ...(dep === undefined || deps?.[dep]?.optional === true
        ? []
        : [{ message: `out "${out}" depends on "${dep}", which is no optional dep of "${name}"`, spot: ifSpot }]),
    ];
  });

/** What outs say of rows names deps and params of the type. */
const rowMistakes = ({ name, document }: Found, { deps = {}, outs = {}, params }: StageTypeFile): readonly Mistake[] =>
  Object.entries(outs).flatMap(([out, declared]) => {
    const known = (params?.['properties'] ?? {}) as JsonObject;
    return [
      ...depsNamedIn(declared)
        .filter(({ dep }) => !Object.hasOwn(deps, dep))
        .map(({ key, dep, path }) => ({
          message: `"${key}" of out "${out}" names "${dep}", which is no dep of "${name}"`,
          spot: valueAt(document, 'outs', out, ...path),
        })),
      ...(declared.given_by ?? []).flatMap(({ param }, index) =>
        Object.hasOwn(known, param)
          ? []
          : [
              {
                message: `"given_by" of out "${out}" names "${param}", which is no param of "${name}"`,
                spot: valueAt(document, 'outs', out, 'given_by', index, 'param'),
              },
            ],
      ),
    ];
  });

const readMistakes = ({ name, folder, document }: Found, { reads = [] }: StageTypeFile): readonly Mistake[] =>
  reads.flatMap((file, index) =>
    isInnerPath(file) && existsSync(join(folder, file))
      ? []
      : [
          {
            message: `"reads" names "${file}", which is not in the folder of "${name}"`,
            spot: valueAt(document, 'reads', index),
          },
        ],
  );

/** What was accepted before is for gates alone: all else would depend on what was judged on test. */
const acceptedMistakes = ({ name, document }: Found, { deps = {}, verdict }: StageTypeFile): readonly Mistake[] =>
  Object.entries(deps).flatMap(([dep, { accepted, optional }]) => {
    if (accepted !== true) return [];
    const spot = valueAt(document, 'deps', dep, 'accepted');
    if (verdict !== true)
      return [{ message: `dep "${dep}" is of an accepted run, and "${name}" gives no verdict`, spot }];
    const message = `dep "${dep}" is of an accepted run, before which there is none: it has to be optional`;
    return optional === true ? [] : [{ message, spot }];
  });

const extentMistakes = ({ name, document }: Found, { extent = [], params }: StageTypeFile): readonly Mistake[] => {
  const known = Object.keys((params?.['properties'] as JsonObject | undefined) ?? {});
  return extent.flatMap((param, index) =>
    known.includes(param)
      ? []
      : [
          {
            message: `"extent" names "${param}", which is no param of "${name}"`,
            spot: valueAt(document, 'extent', index),
          },
        ],
  );
};
