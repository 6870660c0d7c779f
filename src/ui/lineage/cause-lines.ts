import { shown } from '../../fingerprint/differences.ts';
import type { Cause } from '../../lineage/compare-runs.ts';
import type { FolderChanges, ManifestMissing } from '../../lineage/folder-changes.ts';
import type { ArtifactRecord } from '../../types/generated/stage-run.ts';
import type { Json } from '../../types/json.ts';
import { describeBackend } from '../describe.ts';
import { formatBytes, plural, shortDigest } from '../format.ts';
import { oneLine, padEnd } from '../text.ts';
import { hang, type LineageView } from './facts.ts';

/** A cause: what it is, before and after, and the stages that it struck; for a folder, its files. */
export const causeLines = (
  cause: Cause,
  files: FolderChanges | ManifestMissing | undefined,
  view: LineageView,
): string[] => {
  const head = `  ${view.paint.cyan(padEnd(words[cause.kind], kindWidth))}  `;
  const stages = cause.stages.join(', ');
  const text = hang(head, `${textOf(cause)} (${stages})`, { ...view, indent: kindWidth + 4 });
  return files === undefined ? text : [...text, ...fileLines(files)];
};

const kindWidth = 12;

const words: Readonly<Record<Cause['kind'], string>> = {
  params: 'params',
  data: 'data',
  code: 'code',
  definition: 'pipeline',
  environment: 'environment',
  seed: 'seed',
  backend: 'backend',
  version: 'version',
  chance: 'chance',
};

const textOf = (cause: Cause): string => {
  const { kind, what, before, after, artifacts } = cause;
  const change = `${valueText(cause, before)} → ${valueText(cause, after)}`;
  switch (kind) {
    case 'data':
      return `${oneLine(what)}: ${dataChange(artifacts!)}`;
    case 'seed':
    case 'backend':
      return what === kind ? change : `${what}: ${change}`;
    case 'chance':
      return `${what} differs although its fingerprint is the same: ${change}`;
    default:
      return `${oneLine(what)}: ${change}`;
  }
};

const valueText = ({ kind }: Cause, value: Json | undefined): string =>
  kind === 'backend' && typeof value === 'object' && value !== null
    ? describeBackend(value as Readonly<Record<string, unknown>>)
    : oneLine(shown(value));

const dataChange = ({ before, after }: { readonly before: ArtifactRecord; readonly after: ArtifactRecord }): string =>
  `${sizeOf(before)} → ${sizeOf(after)}, ${shortDigest(before.digest)} → ${shortDigest(after.digest)}`;

const sizeOf = ({ bytes, files }: ArtifactRecord): string =>
  `${formatBytes(bytes)}${files === undefined ? '' : ` in ${plural(files, 'file')}`}`;

const fileLines = (files: FolderChanges | ManifestMissing): string[] => {
  const indent = ' '.repeat(kindWidth + 4);
  if ('missing' in files) {
    const which = files.missing.length === 2 ? 'both times' : files.missing[0];
    return [`${indent}which files: not known, since the store has no manifest of the folder ${which}`];
  }
  return (['added', 'removed', 'changed'] as const).flatMap((what) =>
    shortened(files[what]).map((path) => `${indent}${padEnd(what, 9)}${path}`),
  );
};

const shortened = (paths: readonly string[]): string[] => {
  const named = paths.slice(0, mostNamed).map(oneLine);
  return paths.length <= mostNamed ? named : [...named, `and ${plural(paths.length - mostNamed, 'file')} more`];
};

const mostNamed = 12;
