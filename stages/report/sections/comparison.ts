import { formatMetric } from '../../../src/learn/metrics/format.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { ComparedMean, ComparedPair, Comparison } from '../../../src/types/generated/comparison.ts';
import type { Section } from '../section.ts';
import { capital, isError, nameOf, plural } from '../words.ts';

/** What one way to train gained over another: the mean over the pairs, what it is worth, and each pair. */
export const comparisonSection = (comparison: Comparison): Section => {
  const { tone, verdict } = judge(comparison);
  return {
    id: 'comparison',
    heading: 'Two ways to train',
    body: html`<div class="callout ${tone}"><span class="badge ${tone}">${verdict}</span> ${metricSays(comparison)}</div>
${comparison.epochs && html`<p>${epochsSay(comparison.epochs)}</p>`}
${table(comparison)}`,
  };
};

/** An interval that holds 0 shows nothing; of errors, less is better. */
const judge = ({ metric, difference }: Comparison): { readonly tone: string; readonly verdict: string } => {
  const { low, high } = difference;
  if (low === undefined || high === undefined) return { tone: '', verdict: 'one pair' };
  if (low <= 0 && high >= 0) return { tone: '', verdict: 'no difference shown' };
  return low > 0 !== isError(metric) ? { tone: 'good', verdict: 'better' } : { tone: 'bad', verdict: 'worse' };
};

const metricSays = ({ metric, baseline, candidate, difference, pairs }: Comparison): string =>
  `${nameOf(metric)} goes from ${formatMetric(baseline.mean)} to ${formatMetric(candidate.mean)} on average over ${plural(pairs.length, 'pair')}, by ${written(difference)}.`;

/** Halved is told only where the interval says so: below 0.5 as a whole. */
const epochsSay = ({ reached, of, share }: NonNullable<Comparison['epochs']>): string => {
  const counted = `In ${reached} of ${plural(of, 'pair')} the candidate became as good on validation as its baseline ever was`;
  if (share === undefined) return `${counted}.`;
  return `${counted}; there it took ${written(share)} of the baseline's epochs. ${shareSays(share)}`;
};

const shareSays = ({ low, high }: ComparedMean): string => {
  if (low === undefined || high === undefined) return 'Of one pair nothing follows.';
  if (high < 0.5) return 'That it takes less than half as long is shown.';
  if (high < 1) return 'That it takes less is shown, that it takes less than half is not.';
  return low > 1 ? 'It takes longer.' : 'That it takes less is not shown: the interval holds 1.';
};

const written = ({ mean, low, high }: ComparedMean): string =>
  low === undefined || high === undefined
    ? formatMetric(mean)
    : `${formatMetric(mean)} [${formatMetric(low)}, ${formatMetric(high)}]`;

const table = ({ metric, pairs }: Comparison): Markup => {
  const hasEpochs = pairs.some(({ epochs }) => epochs !== undefined);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="The pairs"><table class="wide">
<caption>Each pair: two trainings on the same rows. Intervals are Student’s t over the pairs, 95 %</caption>
<thead><tr><th scope="col">Pair</th><th scope="col">${capital(nameOf(metric))} of the baseline</th><th scope="col">of the candidate</th><th scope="col">difference</th>${hasEpochs && html`<th scope="col">Epochs to the baseline’s best</th><th scope="col">of the candidate to the same</th>`}</tr></thead>
<tbody>${pairs.map((pair, index) => row(pair, index, hasEpochs))}</tbody></table></div>`;
};

const row = ({ baseline, candidate, difference, epochs }: ComparedPair, index: number, hasEpochs: boolean): Markup =>
  html`<tr><th scope="row">${index + 1}</th><td>${formatMetric(baseline)}</td><td>${formatMetric(candidate)}</td><td>${formatMetric(difference)}</td>${
    hasEpochs &&
    html`<td>${epochs?.baseline ?? '–'}</td><td>${epochs === undefined ? '–' : (epochs.candidate ?? 'never')}</td>`
  }</tr>
`;
