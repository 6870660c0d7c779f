import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Dep, Pipeline, Project, Stage, UsesStage } from '../types/pipeline.ts';
import type { GlobReach } from './glob-reach.ts';
import { globReach } from './glob-reach.ts';

/** A place whose changes may matter, whether anything is there yet or not. */
export interface Interest {
  /** Absolute; of a glob, the folder that it starts from. */
  readonly path: string;
  /** Whether what lies below counts too: all of it, or what a glob reaches. */
  readonly below: boolean | GlobReach;
  /** `definition`: what people write and stages seldom do, as pipelines and code. */
  readonly kind: 'input' | 'definition';
  /** Stages that it belongs to; `all` for the pipeline itself. */
  readonly stages: readonly string[] | 'all';
}

export interface InterestContext {
  readonly project: Project;
  /** Files that each stage type's code was made of, by its folder. */
  readonly codes: ReadonlyMap<string, readonly string[]>;
}

/** All places that decide what the stages of a pipeline make. */
export const interestsOf = (pipeline: Pipeline, stages: readonly Stage[], context: InterestContext): Interest[] => [
  { path: join(context.project.root, pipeline.file), below: false, kind: 'definition', stages: 'all' },
  ...commonInterests(context.project),
  ...stages.flatMap((stage) => [
    ...Object.values(stage.deps).flatMap((dep) => depInterests(dep, stage.name, context.project)),
    ...(stage.kind === 'uses' ? typeInterests(stage, context) : programInterests(stage, context.project)),
  ]),
];

/** What matters to a pipeline whose file cannot be read. */
export const commonInterests = ({ root }: Project): Interest[] => [
  { path: join(root, 'schemas'), below: notOurSchema, kind: 'definition', stages: 'all' },
];

/** What we write ourselves there, with the temporary file before it. */
const notOurSchema: GlobReach = {
  pattern: '**',
  reaches: () => true,
  covers: (path) => !/(^|\/)\.?pipeline\.schema\.json[^/]*$/.test(path),
};

const depInterests = (dep: Dep, stage: string, { root }: Project): Interest[] => {
  const input = { kind: 'input', stages: [stage] } as const;
  switch (dep.kind) {
    case 'stage':
    // What stands behind a url is pinned: it changes with the pipeline's file alone.
    case 'url':
      return [];
    case 'path': {
      if (!dep.glob) return [{ path: join(root, dep.path), below: true, ...input }];
      const { base, reach } = globReach(dep.path);
      return [{ path: join(root, base), below: reach, ...input }];
    }
    case 'package': {
      const folder = dep.path === '.' ? dep.location : dep.location.slice(0, -dep.path.length - 1);
      return [
        { path: dep.location, below: true, ...input },
        { path: join(folder, 'package.json'), below: false, ...input },
      ];
    }
    case 'accepted':
      return dep.pipeline === undefined
        ? []
        : [
            { path: join(root, 'artifacts/.store/accepted-v1', `${dep.pipeline}.json`), below: false, ...input },
            { path: join(root, 'pipelines', `${dep.pipeline}.json`), below: false, ...input, kind: 'definition' },
          ];
    case 'pipeline':
      return [
        { path: join(root, 'artifacts', dep.pipeline, dep.stage), below: true, ...input },
        {
          path: join(root, 'artifacts/.store/state-v1', dep.pipeline, `${dep.stage}.json`),
          below: false,
          ...input,
        },
        { path: join(root, 'pipelines', `${dep.pipeline}.json`), below: false, ...input, kind: 'definition' },
      ];
  }
};

const typeInterests = ({ name, type }: UsesStage, { project, codes }: InterestContext): Interest[] => {
  const code = codes.get(type.folder) ?? [];
  // Settings of TypeScript count that are not there yet; those above the project's folder only if they are.
  const near = code.filter((path) => path.startsWith(`${project.root}/`) || existsSync(path));
  const own = ['stage.json', 'run.ts', 'run.js', 'run.mjs', ...type.reads].map((file) => join(type.folder, file));
  // A type of the project's own takes the place of Stemma's of that name.
  const shadow = join(project.root, 'stages', type.name, 'stage.json');
  return [...new Set([...own, ...near, shadow])].map((path) => definition(path, name));
};

const definition = (path: string, stage: string): Interest => ({
  path,
  below: false,
  kind: 'definition',
  stages: [stage],
});

/** Files named in a command; a name that looks like one counts before there is a file. */
const programInterests = (stage: Stage & { kind: 'command' }, { root }: Project): Interest[] => {
  const words = typeof stage.run === 'string' ? stage.run.split(/[\s;|&<>()'"]+/) : stage.run;
  const likely = words.filter((word) => /^[\w-][\w./-]*\.\w+$/.test(word) && !word.includes('..'));
  return [...new Set([...stage.programFiles, ...likely])].map((path) => definition(join(root, path), stage.name));
};
