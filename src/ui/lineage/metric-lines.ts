import type { MetricChange, Relation } from '../../lineage/compare-metrics.ts';
import type { MetricRecord } from '../../types/generated/stage-run.ts';
import { formatMetric, formatNumber } from '../format.ts';
import { oneLine, padEnd, widthOf } from '../text.ts';
import { hang, type LineageView } from './facts.ts';

/** A line a metric: its stage, before and after with intervals, the difference, and what can be said of it. */
export const metricLines = (changes: readonly MetricChange[], view: LineageView): string[] => {
  const rows = changes.map(({ stage, metric, ...change }) => [
    stage,
    oneLine(metric),
    valuesOf(change),
    differenceOf(change),
    wordsOf(change),
  ]);
  const widths = [0, 1, 2, 3].map((at) => Math.max(0, ...rows.map((row) => widthOf(row[at]!))));
  const indent = widths.reduce((sum, width) => sum + width + 2, 2);
  return rows.flatMap((row) => {
    const cells = widths.map((width, at) => `${padEnd(row[at]!, width)}  `);
    return hang(`  ${cells.join('')}`, row[4]!, { ...view, indent: view.columns - indent < 24 ? 6 : indent });
  });
};

type Change = Omit<MetricChange, 'stage' | 'metric'>;

const valuesOf = ({ before, after }: Change): string => {
  const text = (value: MetricRecord | undefined) => (value === undefined ? '(none)' : formatMetric(value));
  return text(before) === text(after) ? text(after) : `${text(before)} → ${text(after)}`;
};

const differenceOf = ({ difference = 0 }: Change): string =>
  difference === 0 ? '' : `${difference > 0 ? '+' : '−'}${formatNumber(Math.abs(difference))}`;

const wordsOf = ({ relation, verdict }: Change): string => [verdict ?? '', words[relation]].filter(Boolean).join(': ');

const words: Readonly<Record<Relation, string>> = {
  equal: 'the same',
  within: 'within the intervals: no difference can be told',
  overlap: 'the intervals overlap: it may be chance',
  apart: 'the intervals do not overlap',
  'no intervals': 'no intervals to judge by',
  'only before': 'only before',
  'only after': 'only after',
};
