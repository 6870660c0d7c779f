import type { Digest } from '../../fingerprint/canonical.ts';
import type { Known } from './rows.ts';

/**
 * One of 256 files: what the digests that begin with two certain hexadecimal digits are known as. Keys and the digests of
 * files in `listed` are the other 62 digits; all else is whole.
 */
export interface Shard {
  readonly artifacts: Record<string, { readonly made: string[]; readonly used: string[] }>;
  readonly stageRuns: Record<string, string>;
  readonly runs: Record<string, string>;
  readonly fingerprints: Record<string, string[]>;
  /**
   * Files in folders: the digests of some files, sorted, one behind the other, and the folders whose manifests list these
   * files and no others of this shard. Of the next version of a large folder most shards have the same files.
   */
  readonly listed: Record<string, string[]>;
}

export const emptyShard = (): Shard => ({ artifacts: {}, stageRuns: {}, runs: {}, fingerprints: {}, listed: {} });

export const shardName = (hex: string): string => `digests/${hex.slice(0, 2)}.json`;

/** What begins with `prefix`, at least two hexadecimal digits. */
export const knownInShard = (shard: Shard, prefix: string): Known[] => {
  const two = prefix.slice(0, 2);
  const rest = prefix.slice(2);
  const matching = <Value>(table: Record<string, Value>): [Digest, Value][] => {
    if (rest.length === restLength) return Object.hasOwn(table, rest) ? [[`sha256:${prefix}`, table[rest]!]] : [];
    return Object.entries(table).flatMap(([key, value]): [Digest, Value][] =>
      key.startsWith(rest) ? [[`sha256:${two}${key}`, value]] : [],
    );
  };
  return [
    ...matching(shard.artifacts).map(([digest, { made, used }]): Known => {
      return { as: 'artifact', digest, madeBy: made.map(whole), usedBy: used.map(whole) };
    }),
    ...filesWith(shard, rest).map(([file, folders]): Known => {
      return { as: 'file in folders', digest: `sha256:${two}${file}`, folders: folders.map(whole) };
    }),
    ...matching(shard.stageRuns).map(([digest, run]): Known => ({ as: 'stage run', digest, run })),
    ...matching(shard.runs).map(([digest, run]): Known => ({ as: 'run', digest, run })),
    ...matching(shard.fingerprints).map(([digest, stageRuns]): Known => {
      return { as: 'fingerprint', digest, stageRuns: stageRuns.map(whole) };
    }),
  ];
};

const restLength = 62;

const whole = (hex: string): Digest => `sha256:${hex}`;

/** Files whose rest begins so, each with the folders that list it. */
const filesWith = ({ listed }: Shard, rest: string): [file: string, folders: string[]][] => {
  const found = new Map<string, string[]>();
  for (const [files, folders] of Object.entries(listed))
    for (let at = 0; at < files.length; at += restLength)
      if (files.startsWith(rest, at)) {
        const file = files.slice(at, at + restLength);
        found.set(file, [...(found.get(file) ?? []), ...folders]);
      }
  return [...found];
};

/** The files of a manifest by shard: of each its two digits, and the sorted rests in one text. */
export const filesByShard = (hexes: readonly string[]): ReadonlyMap<string, string> => {
  const rests = new Map<string, string[]>();
  for (const hex of new Set(hexes)) {
    const two = hex.slice(0, 2);
    const list = rests.get(two);
    if (list === undefined) rests.set(two, [hex.slice(2)]);
    else list.push(hex.slice(2));
  }
  return new Map([...rests].map(([two, list]) => [two, list.sort().join('')]));
};
