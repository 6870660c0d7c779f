import { createHash } from 'node:crypto';
import type { Facts, Leak } from './facts.ts';
import { noFacts } from './facts.ts';
import type { FlowPipeline, FlowSource, FlowStage } from './flow.ts';
import { leaksAt } from './leaks.ts';
import type { RowSet, RowSets } from './row-set.ts';
import { createRowSets } from './row-set.ts';
import { factsOfOut, type StageSight, sightsOf } from './stage-facts.ts';

/**
 * Follows all rows, and all that was learnt of them, through a pipeline and those that it takes outs from.
 * Returns the leaks of the pipeline itself, in the order of its stages.
 */
export const findLeaks = (pipeline: FlowPipeline, others: ReadonlyMap<string, FlowPipeline>): readonly Leak[] => {
  const world: World = { pipelines: others, known: new Map(), rowSets: createRowSets(), asked: pipeline.name };
  return analyse(pipeline, world).leaks;
};

interface World {
  readonly pipelines: ReadonlyMap<string, FlowPipeline>;
  /** Undefined while it is being looked at: pipelines may refer to each other's earlier runs. */
  readonly known: Map<string, Analysis | undefined>;
  readonly rowSets: RowSets;
  readonly asked: string;
}

interface Analysis {
  readonly facts: ReadonlyMap<string, Facts>;
  readonly identities: ReadonlyMap<string, string>;
  readonly leaks: readonly Leak[];
}

const analyse = (pipeline: FlowPipeline, world: World): Analysis => {
  world.known.set(pipeline.name, undefined);
  const facts = new Map<string, Facts>();
  const identities = new Map<string, string>();
  const leaks: Leak[] = [];
  const sources: Sources = { facts, identities, world };
  for (const stage of pipeline.stages.values()) {
    const identity = identify(stage, sources);
    identities.set(stage.name, identity);
    const deps = mapValues(stage.deps, (dep) => factsOf(dep, sources));
    const prefix = pipeline.name === world.asked ? '' : `${pipeline.name}/`;
    const before = { pipeline: pipeline.name, stage, deps, identity, rowSets: world.rowSets, prefix };
    const at: StageSight = { ...before, sights: sightsOf(before) };
    const outs = mapValues(stage.outs, (_, name) => factsOfOut(name, at));
    for (const [name, out] of Object.entries(outs)) facts.set(`${stage.name}.${name}`, out);
    for (const leak of leaksAt(at, outs)) leaks.push(leak);
  }
  const analysis = { facts, identities, leaks };
  world.known.set(pipeline.name, analysis);
  return analysis;
};

interface Sources {
  readonly facts: ReadonlyMap<string, Facts>;
  readonly identities: ReadonlyMap<string, string>;
  readonly world: World;
}

/** Digest of all that decides which rows a stage picks, as far as it can be known before it runs. */
const identify = ({ self, deps }: FlowStage, sources: Sources): string => {
  const names = Object.keys(deps).sort();
  const hash = createHash('sha256').update(self);
  for (const name of names) hash.update(`\0${name}\0${sourceId(deps[name]!, sources)}`);
  return hash.digest('hex');
};

const sourceId = (source: FlowSource, { identities, world }: Sources): string => {
  if (source.kind === 'files') return source.segments.join('/');
  if (source.kind === 'stage') return `${identities.get(source.stage)}.${source.out}`;
  const identity = analysisOf(source.pipeline, world)?.identities.get(source.stage);
  return `${identity ?? `${source.pipeline}/${source.stage}`}.${source.out}`;
};

const factsOf = (source: FlowSource, { facts, world }: Sources): Facts => {
  if (source.kind === 'stage') return facts.get(`${source.stage}.${source.out}`) ?? noFacts;
  if (source.kind === 'files')
    return { ...noFacts, rows: new Map([[fileRows(source.segments, world.rowSets), undefined]]) };
  return analysisOf(source.pipeline, world)?.facts.get(`${source.stage}.${source.out}`) ?? noFacts;
};

/** The rows of a file are among those of its folders: who reads a folder reads all that is in it. */
const fileRows = (segments: readonly string[], rowSets: RowSets): RowSet =>
  segments.reduce<RowSet | undefined>((folder, _, index) => {
    const id = segments.slice(0, index + 1).join('/');
    return rowSets.make({ id, parents: folder === undefined ? [] : [folder] });
  }, undefined)!;

const analysisOf = (name: string, world: World): Analysis | undefined => {
  const pipeline = world.pipelines.get(name);
  if (world.known.has(name) || pipeline === undefined) return world.known.get(name);
  return analyse(pipeline, world);
};

const mapValues = <From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Record<string, To> => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
