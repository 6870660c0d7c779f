import type { Cause, RunComparison } from '../../lineage/compare-runs.ts';
import type { FolderChanges, ManifestMissing } from '../../lineage/folder-changes.ts';
import type { StageAccount } from '../../lineage/run-account.ts';
import { shellWord } from '../../lineage/shell-line.ts';
import { describeHost } from '../describe.ts';
import { formatTime, plural } from '../format.ts';
import { oneLine } from '../text.ts';
import { causeLines } from './cause-lines.ts';
import { type Fact, factLines, hang, type LineageView } from './facts.ts';
import { metricLines } from './metric-lines.ts';

/** What `stemma diff RUN RUN` shows. */
export interface DiffView {
  readonly comparison: RunComparison;
  /** What changed within the folders among the data, by cause. */
  readonly folders: ReadonlyMap<Cause, FolderChanges | ManifestMissing>;
}

/** What changed between two runs, and what it did: causes, what followed from them, metrics. Ends with a line end. */
export const renderDiff = ({ comparison, folders }: DiffView, view: LineageView): string => {
  const { before, after, causes } = comparison;
  const { paint } = view;
  const sameName = before.record.pipeline.name === after.record.pipeline.name;
  const blocks: readonly (readonly [string, readonly string[]])[] = [
    ['', runLines(comparison, view)],
    ['what changed', causes.flatMap((cause) => causeLines(cause, folders.get(cause), view))],
    ['what followed', followLines(comparison, view)],
    ['stages', stageLines(comparison, view)],
    ['metrics', metricLines(comparison.metrics, view)],
    ['beside it, in no fingerprint', factLines(besides(comparison), view)],
  ];
  const title = sameName
    ? `${paint.bold(after.record.pipeline.name)}: what changed from one run to another`
    : `${paint.bold(before.record.pipeline.name)} and ${paint.bold(after.record.pipeline.name)}: runs of two pipelines, compared stage by stage of the same name`;
  const shown = blocks.filter(([, lines]) => lines.length > 0);
  const text = shown.flatMap(([heading, lines]) => ['', ...(heading === '' ? [] : [paint.bold(heading)]), ...lines]);
  return [title, ...text, '', ...hang('', conclusion(comparison), { ...view, indent: 0 }), ''].join('\n');
};

const runLines = ({ before, after }: RunComparison, view: LineageView): string[] =>
  factLines(
    [
      ['before', `${before.record.run}  ${formatTime(before.record.started)}, ${before.record.outcome}`],
      ['after', `${after.record.run}  ${formatTime(after.record.started)}, ${after.record.outcome}`],
    ],
    view,
  );

/** Stages that only got other inputs, briefly; and where the cascade ended. */
const followLines = ({ changed }: RunComparison, view: LineageView): string[] =>
  factLines(
    changed
      .filter(({ handedOn, roots, outs }) => handedOn.length > 0 || (roots.length > 0 && outs === 'same'))
      .map(({ stage, handedOn, outs }): Fact => {
        const reason = handedOn.length === 0 ? '' : `since ${handedOn.join(', ')} changed`;
        const end = outs === 'same' ? 'its outs stayed the same' : '';
        return [stage, [reason, end].filter((part) => part !== '').join('; ')];
      }),
    view,
  );

const stageLines = (
  { onlyBefore, onlyAfter, notCompared, before, after }: RunComparison,
  view: LineageView,
): string[] => {
  const named = (term: string, stages: readonly StageAccount[]): Fact => [
    term,
    stages.map(({ entry }) => entry.stage).join(', '),
  ];
  const failed = (which: string, { stages }: { readonly stages: readonly StageAccount[] }): Fact[] =>
    stages.flatMap(({ entry, stageRun }) =>
      stageRun?.failure === undefined ? [] : [[`failed ${which}`, `${entry.stage}: ${oneLine(stageRun.failure)}`]],
    );
  return factLines(
    [
      named('only before', onlyBefore),
      named('only after', onlyAfter),
      ...failed('before', before),
      ...failed('after', after),
      ...notCompared.map(
        (pair): Fact => [
          'not compared',
          `${pair.after.entry.stage}: ${pair.before.entry.state} before, ${pair.after.entry.state} after`,
        ],
      ),
    ],
    view,
  );
};

const besides = ({ before, after }: RunComparison): Fact[] => {
  const change = (was: string, is: string): string => (was === is ? '' : `${was} → ${is}`);
  const command = ({ command }: { readonly command: readonly string[] }) => command.map(shellWord).join(' ');
  return [
    ['command', change(command(before.record), command(after.record))],
    ['host', change(describeHost(before.record.host), describeHost(after.record.host))],
  ];
};

const conclusion = ({ causes, changed, unchanged, onlyBefore, onlyAfter }: RunComparison): string => {
  const same = unchanged.length === 0 ? '' : `; of ${plural(unchanged.length, 'stage')} nothing changed`;
  if (causes.length + changed.length + onlyBefore.length + onlyAfter.length === 0)
    return `nothing changed: ${plural(unchanged.length, 'stage')} with the same fingerprint and the same outs`;
  return `${plural(causes.length, 'cause')}, ${plural(changed.length, 'stage')} changed${same}`;
};
