import { plural } from './format.ts';
import type { Paint } from './paint.ts';
import { oneLine, padEnd, widthOf } from './text.ts';

/** What `stemma why STAGE` shows. */
export interface WhyView {
  readonly stage: string;
  /** What becomes of it, as `will run`, `up to date`, `never ran`. */
  readonly state: string;
  /** Differences between the fingerprint of the outs that are there and the one now, field by field. */
  readonly changes: readonly FieldChange[];
}

export interface FieldChange {
  /** Path of the field, as `params.optimizer.name`, `deps.train`, `code`. */
  readonly field: string;
  /** Any JSON; undefined where the field is not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** The difference as text, the fields aligned. A long value is shown around the place where the two part. Ends with a line end. */
export const renderWhy = (
  why: WhyView,
  { paint, columns }: { readonly paint: Paint; readonly columns: number },
): string => {
  const { stage, state } = why;
  const told = why.changes.length === 0 ? '' : `; ${plural(why.changes.length, 'field')} of its fingerprint changed`;
  const changes = why.changes.flatMap(parted);
  const names = changes.reduce((width, { field }) => Math.max(width, Math.min(mostName, widthOf(field))), 0);
  const room = Math.max(24, Math.min(mostValue, columns) - names - 4);
  const lines = changes.flatMap((change) => changeLines(change, { names, room, paint }));
  const title = `${paint.bold(stage)}: ${state}${told}`;
  return [title, ...(lines.length === 0 ? [] : ['', ...lines]), ''].join('\n');
};

const mostName = 40;
const mostValue = 160;

/** A dep is an object with a digest and where it lies: told apart only where both differ. */
const parted = ({ field, before, after }: FieldChange): readonly FieldChange[] => {
  if (!isArtifact(before) || !isArtifact(after)) return [{ field, before, after }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => before[key] !== after[key],
  );
  const name = (key: string): string => (key === 'digest' ? field : `${field}.${key}`);
  return keys.map((key) => ({ field: name(key), before: before[key], after: after[key] }));
};

const isArtifact = (value: unknown): value is Readonly<Record<string, unknown>> & { readonly digest: string } =>
  typeof value === 'object' && value !== null && typeof (value as { digest?: unknown }).digest === 'string';

const changeLines = (
  change: FieldChange,
  { names, room, paint }: { readonly names: number; readonly room: number; readonly paint: Paint },
): readonly string[] => {
  const [before, after] = shorten(textOf(change.before), textOf(change.after), room);
  const head = `  ${padEnd(oneLine(change.field), names)}  `;
  if (widthOf(before) + widthOf(after) + 3 <= room) return [`${head}${paint.red(before)} → ${paint.green(after)}`];
  const indent = ' '.repeat(names + 4);
  return [`${head}${paint.red(before)}`, `${indent.slice(2)}→ ${paint.green(after)}`];
};

const textOf = (value: unknown): string => {
  if (value === undefined) return '(not there)';
  if (isArtifact(value)) return value.digest;
  if (typeof value === 'string' && /^(sha256:)?[0-9a-f]{64}$/.test(value)) return value;
  return oneLine(JSON.stringify(value));
};

/** Digests to 8 digits (more where those are the same); long values to what differs, with some of what is around it. */
const shorten = (before: string, after: string, room: number): readonly [string, string] => {
  if (isDigest(before) || isDigest(after)) return shortDigests(before, after);
  if (widthOf(before) <= room && widthOf(after) <= room) return [before, after];
  const start = Math.max(0, commonStart(before, after) - 12);
  return [cut(before, start, room), cut(after, start, room)];
};

const isDigest = (text: string): boolean => /^(sha256:)?[0-9a-f]{64}$/.test(text);

const shortDigests = (before: string, after: string): readonly [string, string] => {
  const bare = [before, after].map((text) => text.replace(/^sha256:/, '')) as [string, string];
  const digits = Math.max(8, commonStart(...bare) + 1);
  const short = (text: string): string => (isDigest(text) ? `${text.slice(0, digits)}…` : text);
  return [short(bare[0]), short(bare[1])];
};

const commonStart = (a: string, b: string): number => {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
  return length;
};

const cut = (text: string, start: number, room: number): string => {
  const from = start > 2 ? start : 0;
  const tail = text.slice(from);
  const kept = tail.length + (from > 0 ? 1 : 0) > room ? `${tail.slice(0, room - 2)}…` : tail;
  return from > 0 ? `…${kept}` : kept;
};
