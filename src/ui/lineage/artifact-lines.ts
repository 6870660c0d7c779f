import type { ArtifactRecord } from '../../types/generated/stage-run.ts';
import { formatBytes, plural, shortDigest } from '../format.ts';
import { oneLine, padEnd, padStart, widthOf } from '../text.ts';
import type { LineageView } from './facts.ts';

/** Inputs and outs as lines: `in  train  7eb4a2cf  10.2 kB in 2 files  augment.train`. */
export const artifactLines = (
  { inputs, outs }: { readonly inputs: readonly ArtifactRecord[]; readonly outs: readonly ArtifactRecord[] },
  { paint }: LineageView,
  digests: 'short' | 'whole' = 'short',
): string[] => {
  const rows = [...inputs.map((each) => rowOf('in', each)), ...outs.map((each) => rowOf('out', each))];
  const names = Math.max(0, ...rows.map(({ name }) => widthOf(name)));
  const sizes = Math.max(0, ...rows.map(({ size }) => widthOf(size)));
  return rows.map(({ role, name, digest, size, where }) => {
    const shown = paint.dim(digests === 'short' ? shortDigest(digest) : oneLine(digest));
    return `    ${padEnd(role, 5)}${padEnd(name, names)}  ${shown}  ${padStart(size, sizes)}  ${where}`;
  });
};

const rowOf = (role: 'in' | 'out', { name, digest, bytes, files, path, from }: ArtifactRecord) => ({
  role,
  name: oneLine(name),
  digest,
  size: `${formatBytes(bytes)}${files === undefined ? '' : ` in ${plural(files, 'file')}`}`,
  where: oneLine(from === undefined || from.startsWith('path ') ? path : from),
});
