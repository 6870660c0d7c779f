import type { Digest } from '../fingerprint/canonical.ts';
import type { JsonObject } from '../types/json.ts';
import type { IndexedInput, IndexedOut } from './index/rows.ts';
import type { TracedStageRun, TraceReport } from './trace-report.ts';

/** A trace in the words of W3C PROV: entities (artifacts, raw files, packages, code), activities (stage runs), relations. */
export interface ProvDocument {
  readonly target: {
    readonly id: string;
    readonly what: string;
    readonly path?: string;
    readonly recordedAs: readonly string[];
  };
  readonly nodes: readonly ProvNode[];
  readonly edges: readonly ProvEdge[];
}

export type ProvNode = ProvEntity | ProvActivity;

export interface ProvEntity {
  readonly type: 'entity';
  /** `sha256:…`: the same content is the same entity. */
  readonly id: string;
  readonly kind: 'artifact' | 'raw' | 'package' | 'code';
  /** Where it lay when it was recorded. */
  readonly path?: string;
  readonly [more: string]: unknown;
}

export interface ProvActivity {
  readonly type: 'activity';
  /** Digest of the stage run's record. */
  readonly id: Digest;
  readonly pipeline: string;
  readonly stage: string;
  readonly run: string;
  readonly state: string;
  readonly [more: string]: unknown;
}

export type ProvEdge =
  | { readonly relation: 'used'; readonly activity: string; readonly entity: string; readonly role: string }
  | { readonly relation: 'wasGeneratedBy'; readonly entity: string; readonly activity: string; readonly role: string }
  | {
      readonly relation: 'wasDerivedFrom';
      readonly generated: string;
      readonly used: string;
      readonly activity: string;
    };

/** All stage runs that a report shows, with what they used and made. */
export const provOf = ({ target, up, down }: TraceReport): ProvDocument => {
  const { what, digest, path, recordedAs } = target;
  // What is above and below both is told with what is known of it above.
  const stageRuns = new Map([...(down?.shown ?? []), ...(up?.shown ?? [])]);
  const nodes = new Map<string, ProvNode>();
  const edges: ProvEdge[] = [];
  for (const [, stageRun] of [...stageRuns].sort(([a], [b]) => a - b)) addStageRun(stageRun, nodes, edges);
  return {
    target: { id: digest, what, ...(path !== undefined && { path }), recordedAs },
    nodes: [...nodes.values()],
    edges,
  };
};

const addStageRun = (stageRun: TracedStageRun, nodes: Map<string, ProvNode>, edges: ProvEdge[]): void => {
  const { stageRun: id, inputs, outs, record, rawFiles } = stageRun;
  const add = (node: ProvNode) => nodes.has(node.id) || nodes.set(node.id, node);
  for (const input of inputs) {
    const files = rawFiles?.get(input.name)?.shown.map(({ path, hex }) => ({ path, id: `sha256:${hex}` }));
    add({ ...entityOfInput(input), ...(files && { files }) });
    edges.push({ relation: 'used', activity: id, entity: input.digest, role: input.name });
  }
  const code = record?.fields['code'];
  if (typeof code === 'string') {
    add({
      type: 'entity',
      id: code,
      kind: 'code',
      stageType: record!.fields['type'],
      version: record!.fields['version'],
      packages: record!.packages ?? [],
    });
    edges.push({ relation: 'used', activity: id, entity: code, role: 'code' });
  }
  add(activityOf(stageRun));
  for (const out of outs) {
    add(entityOfOut(out));
    edges.push({ relation: 'wasGeneratedBy', entity: out.digest, activity: id, role: out.name });
    for (const { digest } of inputs)
      edges.push({ relation: 'wasDerivedFrom', generated: out.digest, used: digest, activity: id });
  }
};

const entityOfInput = ({ digest, kind, from, path }: IndexedInput): ProvEntity => {
  const known = from.startsWith('package ') ? 'package' : /^(path|url) /.test(from) ? 'raw' : 'artifact';
  return { type: 'entity', id: digest, kind: known, content: kind, path, from };
};

const entityOfOut = ({ digest, kind, type, path }: IndexedOut): ProvEntity => ({
  type: 'entity',
  id: digest,
  kind: 'artifact',
  content: kind,
  artifactType: type,
  path,
});

const activityOf = ({ stageRun, pipeline, stage, run, state, record }: TracedStageRun): ProvActivity => ({
  type: 'activity',
  id: stageRun,
  pipeline,
  stage,
  run,
  state,
  ...(record && detailsOf(record)),
});

/** What decided the outs beside inputs and code, and when it happened. */
const detailsOf = ({
  started,
  ended,
  seconds,
  fingerprint,
  fields,
  metrics,
}: NonNullable<TracedStageRun['record']>) => {
  const { deps: _, outs: __, code: ___, ...rest } = fields as JsonObject;
  return { started, ended, seconds, fingerprint, fields: rest, metrics };
};
