import type { GcReport } from '../store/gc/gc.ts';
import type { Reason } from '../store/gc/policy.ts';
import { formatBytes, plural } from './format.ts';
import type { Paint } from './paint.ts';
import { oneLine, padEnd, padStart, wrap } from './text.ts';

/** What gc freed and kept, and why; in the conditional for a dry run. Ends with a line end. */
export const renderGc = (
  report: GcReport,
  { paint, columns }: { readonly paint: Paint; readonly columns: number },
): string => {
  const { freed } = report;
  const rows = [
    { what: 'content', pieces: plural(freed.content.count, 'file'), ...freed.content },
    ...freed.derived.map((sum) => ({ what: sum.kind, pieces: plural(sum.count, 'piece'), ...sum })),
  ].filter(({ count }) => count > 0);
  const total = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  const lines = rows.map(
    ({ what, pieces, bytes }) => `  ${padEnd(what, 16)}${padStart(pieces, 14)}${padStart(formatBytes(bytes), 12)}`,
  );
  return [
    paint.bold(`${report.dryRun ? 'would free' : 'freed'} ${formatBytes(total)}`),
    ...(lines.length === 0 ? [] : ['', ...lines]),
    '',
    ...paragraphsOf(report).flatMap((text) => wrap(text, columns)),
    '',
  ].join('\n');
};

const paragraphsOf = (report: GcReport): readonly string[] => {
  const { freed, dryRun, unreadable, inUse } = report;
  const entries = plural(freed.entries, 'cache entry', 'cache entries');
  return [
    ...unreadable.map(
      (file) => `${oneLine(file)}: no content ${dryRun ? 'would be' : 'was'} freed; \`stemma audit\` tells more`,
    ),
    ...(inUse === 0 ? [] : [`${plural(inUse, 'piece')} stayed: a run under way may use them`]),
    ...(freed.entries === 0 ? [] : [`${entries} ${dryRun ? 'would go' : 'went'} with it`]),
    keptSentence(report),
    ...(report.fits === false ? [tooMuch(report)] : []),
  ];
};

const keptSentence = ({ kept: { runs, of, bytes }, dryRun, policy }: GcReport): string => {
  const count = Object.values(runs).reduce((sum, each) => sum + each, 0);
  const reasons = (Object.keys(words) as Reason[]).flatMap((reason) =>
    // Where nothing was asked for, that all runs are kept needs no reason.
    runs[reason] && !(reason === 'policy' && policy.kind === 'all') ? [`${runs[reason]} ${words[reason]}`] : [],
  );
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  const verb = dryRun ? 'would keep' : 'kept';
  return `${verb} ${formatBytes(bytes)}: what ${count} of ${plural(of, 'run')} ${count === 1 ? 'needs' : 'need'}${why}, what stands in the workspace, and the manifests and pipelines of all records. Records always stay`;
};

const words: Readonly<Record<Reason, string>> = {
  policy: 'as asked for',
  'last successful': 'as the last successful of a pipeline',
  accepted: 'as accepted by a gate',
  pinned: 'pinned',
  'under way': 'under way',
};

const tooMuch = ({ policy, kept, dryRun }: GcReport): string =>
  `the budget of ${formatBytes(policy.kind === 'bytes' ? policy.budget : 0)} ${dryRun ? 'would not be' : 'is not'} kept: the roots alone need ${formatBytes(kept.bytes)}. Unpin runs, or take outs from the workspace, to free more`;
