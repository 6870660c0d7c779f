import type { Dep, Pipeline, Stage } from '../types/pipeline.ts';
import type { Upstream, UpstreamStage } from '../types/stage.ts';

/** What a pipeline says of a stage's deps, and of all that it descends from. Only what the stage could be told to change. */
export const upstreamOf = (stage: Stage, { stages }: Pick<Pipeline, 'stages'>): Upstream => {
  const found = new Map<string, UpstreamStage>();
  const visit = (names: readonly string[]): void => {
    for (const name of names) {
      const each = stages.get(name);
      if (each === undefined || found.has(name)) continue;
      found.set(name, describe(each));
      visit(each.upstream);
    }
  };
  visit(stage.upstream);
  return { deps: referencesOf(stage.deps), stages: Object.fromEntries(found) };
};

const describe = (stage: Stage): UpstreamStage => ({
  uses: stage.kind === 'uses' ? stage.type.name : null,
  deps: referencesOf(stage.deps),
  params: stage.params,
  given: stage.given ?? null,
});

const referencesOf = (deps: Readonly<Record<string, Dep>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(deps).flatMap(([name, dep]) => (dep.kind === 'stage' ? [[name, `${dep.stage}.${dep.out}`]] : [])),
  );
