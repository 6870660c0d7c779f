import { type Digest, isDigest } from '../../fingerprint/canonical.ts';
import type { StoredTree } from '../../store/tree.ts';
import type { ArtifactRecord, StageRunRecord } from '../../types/generated/stage-run.ts';
import type { JsonObject } from '../../types/json.ts';
import type { BackendChoice, Objective, Upstream } from '../../types/stage.ts';
import { type CommandTemplate, commandOf } from '../order.ts';

/** What the record of a stage run says of how to execute it again. The record is the truth, not today's pipeline. */
export interface RecordedStage {
  readonly name: string;
  readonly pipeline: string;
  readonly fingerprint: Digest;
  readonly program:
    | CommandTemplate
    | {
        readonly kind: 'uses';
        readonly type: string;
        readonly version: number;
        readonly code: string;
        readonly node: number;
      };
  readonly params: JsonObject;
  readonly inputs: readonly RecordedInput[];
  /** Paths in the stage's folder, by name. */
  readonly outs: Readonly<Record<string, string>>;
  /** Values of the declared environment variables that were set. */
  readonly env: Readonly<Record<string, string>>;
  readonly seed?: { readonly seed: number; readonly stage: string };
  readonly objective?: Objective;
  readonly upstream?: Upstream;
  readonly backend?: BackendChoice;
  readonly absent?: readonly string[];
  readonly verdict?: true;
}

export interface RecordedInput extends StoredTree {
  readonly name: string;
  readonly role: 'dep' | 'program';
  readonly source: InputSource;
}

/** Where an input came from. Paths are relative to the project, or to the package. */
export type InputSource =
  | { readonly kind: 'stored'; readonly from: string; readonly path: string }
  | { readonly kind: 'path'; readonly from: string; readonly path: string }
  | {
      readonly kind: 'package';
      readonly from: string;
      readonly package: string;
      readonly version: string;
      readonly path: string;
    };

/** The fields of a stage run's fingerprint, as `plan/fields.ts` writes them. */
interface Fields {
  readonly kind: 'command' | 'uses';
  readonly params: JsonObject;
  readonly outs: Readonly<Record<string, string>>;
  /** Null for a dep that nothing stood for yet. */
  readonly deps: JsonObject;
  readonly env?: Readonly<Record<string, string | null>>;
  readonly seed?: RecordedStage['seed'];
  readonly objective?: Objective;
  readonly upstream?: Upstream;
  readonly backend?: BackendChoice;
  readonly verdict?: true;
  readonly run: string | readonly string[];
  readonly stdin?: string;
  readonly stdout?: string;
  readonly type: string;
  readonly version: number;
  readonly code: string;
  readonly node: number;
}

export const recordedStage = (record: StageRunRecord): RecordedStage => {
  const fields = record.fields as unknown as Fields;
  const { params, outs, env = {}, seed, objective, upstream, backend, verdict } = fields;
  if (!isDigest(record.fingerprint)) throw new Error(`the record of ${record.stage} has no fingerprint`);
  // Deps come first, then the program files.
  const deps = Object.values(fields.deps).filter((dep) => dep !== null).length;
  const absent = Object.keys(fields.deps)
    .filter((name) => fields.deps[name] === null)
    .sort();
  return {
    name: record.stage,
    pipeline: record.pipeline,
    fingerprint: record.fingerprint,
    program: programOf(fields),
    params,
    inputs: record.inputs.map((input, i) => inputOf(input, i < deps ? 'dep' : 'program')),
    outs,
    env: Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== null)),
    ...(seed && { seed }),
    ...(objective && { objective }),
    ...(upstream && { upstream }),
    ...(backend && { backend }),
    ...(absent.length > 0 && { absent }),
    ...(verdict && { verdict }),
  };
};

const programOf = ({ kind, type, version, code, node, ...command }: Fields): RecordedStage['program'] =>
  kind === 'command' ? commandOf(command) : { kind, type, version, code, node };

const inputOf = (
  { name, digest, kind, bytes, files, path, from = '' }: ArtifactRecord,
  role: RecordedInput['role'],
) => ({
  name,
  role,
  digest: digest as Digest,
  kind,
  bytes,
  ...(files !== undefined && { files }),
  source: sourceOf(from, path),
});

const sourceOf = (from: string, path: string): InputSource => {
  if (from.startsWith('path ')) return { kind: 'path', from, path };
  const [, name, version, inner] = /^package (.+)@(\S+) (.*)$/s.exec(from) ?? [];
  if (name === undefined) return { kind: 'stored', from, path };
  return { kind: 'package', from, package: name, version: version!, path: inner! };
};
