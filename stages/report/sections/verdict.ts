import { formatMetric, sayInterval } from '../../../src/learn/metrics/format.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type {
  BoxesEvaluation,
  Evaluation,
  LabelsEvaluation,
  MetricInterval,
} from '../../../src/types/generated/evaluation.ts';
import type { Section } from '../section.ts';
import { count, isError, listOf, metricWords, nameOf, percent, plural } from '../words.ts';
import { baselinesTable } from './baselines.ts';
import { objectivePart } from './objective.ts';

/** The result in a sentence or two. */
export const verdict = (evaluation: Evaluation): string => {
  if (evaluation.kind === 'regression') {
    return `${plural(evaluation.rows, 'example')} that the training never saw had their “${evaluation.target}” predicted.`;
  }
  if (evaluation.kind === 'boxes') return boxesVerdict(evaluation);
  if (evaluation.kind === 'labels') return labelsVerdict(evaluation);
  const { rows, wrong_rows, target, confusion, classes, baseline, tags } = evaluation;
  const most = sum(confusion[classes.indexOf(baseline.answer)] ?? []);
  const examples =
    tags === undefined ? plural(rows, 'example') : `${plural(rows, 'word')} in ${plural(tags.rows, 'row')}`;
  return (
    `Of ${examples} that the training never saw, the model predicted “${target}” right for ${count(rows - wrong_rows)}: ` +
    `${percent((rows - wrong_rows) / rows)}. Always answering “${baseline.answer}” would be right for ${count(most)}: ${percent(most / rows)}.`
  );
};

const labelsVerdict = ({ rows, wrong_rows, target, classes }: LabelsEvaluation): string =>
  `Of ${plural(rows, 'example')} that the training never saw, the model told all ${count(classes.length)} labels of “${target}” right for ${count(rows - wrong_rows)}: ` +
  `${percent((rows - wrong_rows) / rows)}.`;

const boxesVerdict = ({ rows, wrong_rows, per_class }: BoxesEvaluation): string =>
  `${plural(sum(per_class.map(({ boxes }) => boxes)), 'box')} were to be found in ${plural(rows, 'image')}. ` +
  `In ${count(rows - wrong_rows)} of them every box was found, at half an overlap, and nothing else: ${percent((rows - wrong_rows) / rows)}.`;

/** The objective, then the metrics, each with its interval, beside the baseline. */
export const verdictSection = (evaluation: Evaluation): Section => ({
  id: 'verdict',
  heading: 'Verdict',
  body: html`${objectivePart(evaluation)}
<p class="explain">Metrics of the ${plural(evaluation.rows, nounOf(evaluation))}. The interval says where a metric lies for
examples like these, with 95&nbsp;% confidence. ${baselineWords(evaluation)}</p>
<div class="cards">${Object.entries(evaluation.metrics).map(([name, metric]) =>
    card(name, metric, evaluation.baseline?.metrics[name]),
  )}</div>
${baselinesTable(evaluation)}`,
});

const nounOf = (evaluation: Evaluation): string => {
  if (evaluation.kind === 'boxes') return 'image';
  return evaluation.kind === 'classification' && evaluation.tags !== undefined ? 'test word' : 'test example';
};

const baselineWords = (evaluation: Evaluation): string => {
  if (evaluation.kind === 'boxes') return usualBoxesWords(evaluation);
  if (evaluation.kind === 'labels') {
    const { answer } = evaluation.baseline;
    return `The baseline looks at nothing and always answers ${answer.length === 0 ? 'no label, since none is there more often than not' : `the labels that are there more often than not: ${listOf(answer)}`}; a model that is not above it has learned nothing.`;
  }
  const { baseline } = evaluation;
  return baseline.name === 'majority'
    ? `The baseline looks at nothing and always answers “${baseline.answer}”, the most frequent class; a model that is not above it has learned nothing.`
    : `The baseline looks at nothing and always answers the mean, ${formatMetric(baseline.answer)}; a model that is not better has learned nothing.`;
};

const usualBoxesWords = ({ baseline, comparisons = [] }: BoxesEvaluation): string => {
  if (baseline === undefined) return '';
  const { rows } = comparisons.find(({ baseline: name }) => name === 'usual_boxes') ?? {};
  const where = rows === undefined ? 'in these very images' : `in the ${plural(rows, 'image')} of train`;
  return `The baseline looks at nothing and answers the same ${plural(baseline.answer.length, 'box')} to every image, those that are most frequent ${where}; a model that is not above it has learned nothing.`;
};

const card = (name: string, metric: MetricInterval, baseline: number | undefined): Markup => {
  const { value, low, high } = sayInterval(metric);
  return html`<div class="card stat"><h3>${nameOf(name)}</h3><span class="value">${value}</span><span class="note">95&nbsp;% interval ${low} to ${high}</span>
${
  baseline !== undefined &&
  html`<span class="note">baseline ${formatMetric(baseline)} ${judge(isBetter(name, metric, baseline))}</span>`
}<span class="note says">${metricWords[name]?.says}</span></div>`;
};

/** Clearly better: the whole interval is on the good side of the baseline. */
const isBetter = (name: string, { low, high }: Pick<MetricInterval, 'low' | 'high'>, baseline: number): 'yes' | 'no' =>
  (isError(name) ? high < baseline : low > baseline) ? 'yes' : 'no';

const judge = (better: 'yes' | 'no'): Markup =>
  better === 'yes'
    ? html`<span class="badge good">clearly better</span>`
    : html`<span class="badge warn">not clearly better</span>`;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
