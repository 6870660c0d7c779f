import type { RunInColumn, SideBySide } from '../../lineage/side-by-side/side-by-side.ts';
import { lineChart, type Series } from '../../page/charts/lines.ts';
import { html, type Markup } from '../../page/html.ts';
import type { TrainingHistory } from '../../types/generated/history.ts';
import { formatNumber, plural } from '../format.ts';
import { letterOf } from './heads.ts';

/** Curves of the trainings over each other, a chart for each quantity; empty where no training is known. */
export const curves = async ({ runs }: SideBySide): Promise<Markup | ''> => {
  const stages = [...new Set(runs.flatMap(({ outs }) => outs.histories.map(({ stage }) => stage)))];
  const charts = await Promise.all(stages.flatMap((stage) => chartsOf(stage, trainingsOf(stage, runs))));
  const lost = [...new Set(runs.flatMap(({ outs }) => outs.unreadable))];
  if (charts.length === 0 && lost.length === 0) return '';
  return html`${runs.length > mostDrawn && html`<p class="explain">Of ${plural(runs.length, 'run')} the first ${mostDrawn} are drawn.</p>`}
<div class="charts">${charts}</div>
${lost.length > 0 && html`<p class="callout warn">Not shown: ${lost.join(', ')}, which the store no longer has of every run, or which this version cannot read.</p>`}`;
};

/** As many lines as a chart can tell apart. */
const mostDrawn = 6;

interface Training {
  readonly letter: string;
  readonly history: TrainingHistory;
}

const trainingsOf = (stage: string, runs: readonly RunInColumn[]): readonly Training[] =>
  runs.slice(0, mostDrawn).flatMap(({ outs }, at) => {
    const found = outs.histories.find((each) => each.stage === stage);
    return found === undefined ? [] : [{ letter: letterOf(at), history: found.content }];
  });

/** What was monitored in any of them, the losses, and the rate. */
const chartsOf = (stage: string, trainings: readonly Training[]): Promise<Markup>[] => {
  const monitored = trainings.map(({ history }) => history.best.monitor);
  return [...new Set([...monitored, 'val_loss', 'loss', 'rate'])].flatMap((name) => {
    const series = trainings.flatMap((training) => seriesOf(training, name));
    return series.length === 0 ? [] : [chart(`${name} of ${stage}`, series)];
  });
};

const seriesOf = ({ letter, history }: Training, name: string): readonly Series[] => {
  const points = history.epochs.map((record) => {
    const value = (record as unknown as Readonly<Record<string, number | null>>)[name];
    return [record.epoch, typeof value === 'number' ? value : Number.NaN] as const;
  });
  return points.some(([, value]) => Number.isFinite(value)) ? [{ name: letter, points }] : [];
};

const chart = (heading: string, series: readonly Series[]): Promise<Markup> =>
  lineChart({
    heading,
    description: series
      .map(({ name, points }) => `${name}: from ${formatNumber(points[0]![1])} to ${formatNumber(points.at(-1)![1])}`)
      .join('; '),
    xLabel: 'epoch',
    series,
  });
