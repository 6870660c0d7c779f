import { costOf, formatMoney } from '../../machine/money.ts';
import { isStepDivision, type StepDivision, secondsOf as secondsOfSteps } from '../../machine/sampler/step-division.ts';
import { verdictOf } from '../../machine/sampler/verdict.ts';
import { lineChart, type Series } from '../../page/charts/lines.ts';
import { html, type Markup } from '../../page/html.ts';
import type { HardwareRecord, StageRunRecord } from '../../types/generated/stage-run.ts';
import { formatSeconds, plural } from '../format.ts';
import { hardwareFacts, stepParts } from '../hardware-facts.ts';
import { isNews, verdictLine } from '../verdict-line.ts';
import { didSomething, type PageContext, type StageEntry, secondsOf, stageLink, stageRunOf } from './page-input.ts';
import { facts } from './parts.ts';

/** Of each stage that computed on a backend: how busy the machine was, how its steps divide, and what held it up. */
export const machine = async (input: PageContext): Promise<Markup | ''> => {
  const shown = await Promise.all(
    input.run.stages.flatMap((entry) => {
      const record = stageRunOf(input, entry);
      return record?.hardware === undefined ? [] : [block(entry, record, input)];
    }),
  );
  const cost = costs(input);
  return shown.length === 0 && cost === '' ? '' : html`${shown}${cost}`;
};

const block = async (entry: StageEntry, record: StageRunRecord, input: PageContext): Promise<Markup> => {
  const { run } = input;
  const isOurs = record.run === run.run;
  const verdict = verdictOf(record, isOurs ? run.host.price : undefined);
  const elsewhere = isOurs ? '' : html` <span class="muted small">as it was in run ${record.run}</span>`;
  const { step } = record.telemetry;
  return html`<div class="machine"><h3>${stageLink(input, entry.stage)}${elsewhere}</h3>
${
  verdict === undefined || verdict.kind === 'unclear'
    ? ''
    : html`<div class="callout ${isNews(verdict) ? 'warn' : 'good'}"><p>${verdictLine(verdict)}.</p><p class="muted">What helps: ${withCode(verdict.remedy)}.</p></div>
`
}<div class="charts">${didSomething(entry.state) && (await chart(record.hardware!))}<div class="card">${isStepDivision(step) ? bars(step) : ''}${facts(hardwareFacts(record).filter(([term]) => term !== 'steps'))}</div></div></div>
`;
};

/** Text with its words in backticks as code. */
const withCode = (text: string): Markup =>
  html`${text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`;

/** A bar for each part of a step. */
const bars = (step: StepDivision): Markup =>
  html`<table class="wide timeline"><caption>How ${plural(step.count, 'step')} of together ${formatSeconds(secondsOfSteps(step))} divide</caption>
<tbody>${stepParts(step).map(
    ([part, seconds, share]) =>
      html`<tr><th scope="row">${part}</th><td class="track"><span class="bar ran" style="--from:0%;--for:${(share * 100).toFixed(2)}%"></span></td><td class="number">${formatSeconds(seconds)} · ${Math.round(share * 100)} %</td></tr>
`,
  )}</tbody></table>`;

/** Only of stages that were executed in this run: a run that does nothing shall not load what draws. */
const chart = ({ every, seconds, cpu, gpus = [] }: HardwareRecord): Promise<Markup> => {
  const unit = unitOf(seconds);
  const points = (series: readonly (number | null)[], whole: number): Series['points'] =>
    // A stretch is drawn at its end: what was read then tells of the time before it.
    series.map((value, index) => [((index + 1) * every) / unit.seconds, value === null ? Number.NaN : value / whole]);
  const lines: Series[] = [
    ...(cpu === undefined ? [] : [{ name: 'processor', points: points(cpu.series, cpu.cores / 100) }]),
    ...gpus.slice(0, 5).map(({ index, series }) => ({
      name: `GPU ${index}`,
      points: points(series, 1),
    })),
  ];
  const names = lines.map(({ name }) => name).join(', ');
  return lineChart({
    heading: 'How busy the machine was',
    description: `Per cent of all cores, and of the time of a GPU, over ${formatSeconds(seconds)}: ${names}. The numbers beside it sum it up.`,
    xLabel: unit.name,
    series: lines,
    include: [0, 100],
    caption: 'In per cent: of all cores for the processor, of the time for a GPU.',
  });
};

const unitOf = (seconds: number): { readonly name: string; readonly seconds: number } => {
  if (seconds < 300) return { name: 'seconds', seconds: 1 };
  return seconds < 10_000 ? { name: 'minutes', seconds: 60 } : { name: 'hours', seconds: 3600 };
};

/** What the stages cost that were executed; empty where the pipeline names no price. */
const costs = ({ run, savedSeconds = 0, ...input }: PageContext): Markup | '' => {
  const { price } = run.host;
  if (price === undefined) return '';
  const executed = run.stages.filter(({ state }) => didSomething(state));
  const money = (seconds: number) => formatMoney(costOf(seconds, price));
  const rows = [
    ...executed.map(({ stage, seconds }) => [stageLink({ run, ...input }, stage), seconds, money(seconds)] as const),
    ['The whole run', secondsOf(run), money(secondsOf(run))] as const,
    ['Saved by the cache', savedSeconds, money(savedSeconds)] as const,
  ];
  return html`<div class="machine"><h3>What it cost</h3><div class="scroll"><table>
<caption>At ${String(price.perHour)} ${price.currency} an hour for this machine. Stages that ran side by side shared it: theirs can add up to more than the whole.</caption>
<thead><tr><th scope="col">Stage</th><th scope="col" class="number">Took</th><th scope="col" class="number">Cost</th></tr></thead>
<tbody>${rows.map(
    ([what, seconds, cost]) =>
      html`<tr><th scope="row">${what}</th><td class="number">${formatSeconds(seconds)}</td><td class="number">${cost}</td></tr>
`,
  )}</tbody></table></div></div>
`;
};
