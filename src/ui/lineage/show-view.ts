import type { RunAccount, StageAccount } from '../../lineage/run-account.ts';
import { shellWord } from '../../lineage/shell-line.ts';
import { costOf, formatMoney } from '../../machine/money.ts';
import { verdictOf } from '../../machine/sampler/verdict.ts';
import type { StageRunRecord } from '../../types/generated/stage-run.ts';
import { phraseOf } from '../because.ts';
import { describeBackend, describeHost, describeObjective } from '../describe.ts';
import { formatMetrics, formatSeconds, formatTime } from '../format.ts';
import type { Paint } from '../paint.ts';
import { layoutOf, rowLines } from '../reporters/lines.ts';
import { oneLine } from '../text.ts';
import { isNews, verdictLine } from '../verdict-line.ts';
import { artifactLines } from './artifact-lines.ts';
import { type Fact, factLines, type LineageView } from './facts.ts';

/** What `stemma show RUN` shows. */
export interface ShowView {
  readonly account: RunAccount;
  /** Name of the run before; null where its record is no longer there. */
  readonly before: string | null;
  /** Where what a stage printed lies, relative to the project, by stage: of those that failed. */
  readonly logs: ReadonlyMap<string, string>;
}

/** All that is recorded of a run, for people. Ends with a line end. */
export const renderShow = (show: ShowView, view: LineageView): string => {
  const { record, stages } = show.account;
  const { paint } = view;
  const word = record.gate?.accepted ? 'accepted' : record.outcome;
  const outcome = outcomePaint(paint, record.outcome)(word);
  const title = `run ${paint.bold(record.run)} of ${paint.bold(record.pipeline.name)}: ${outcome} in ${formatSeconds(secondsOf(record))}`;
  const layout = layoutOf(
    stages.map(({ entry }) => entry.stage),
    view,
  );
  const lines = stages.flatMap((stage) => [
    ...rowLines({ ...rowOf(stage), remarks: remarksOf(stage, show) }, layout),
    ...(stage.stageRun === undefined ? [] : artifactLines(stage.stageRun, view)),
  ]);
  return [title, '', ...factLines(factsOf(show), view), '', ...lines, ''].join('\n');
};

const outcomePaint = (paint: Paint, outcome: string) =>
  outcome === 'interrupted' ? paint.yellow : outcome === 'succeeded' ? paint.green : paint.red;

const secondsOf = ({ started, ended }: { readonly started: string; readonly ended: string }): number =>
  (Date.parse(ended) - Date.parse(started)) / 1000;

const factsOf = ({ account: { record, digest, stages }, before }: ShowView): Fact[] => {
  const { pipeline, notices = [] } = record;
  const backends = new Set(
    stages.flatMap(({ stageRun }) => (stageRun?.backend ? [describeBackend(stageRun.backend)] : [])),
  );
  return [
    ['started', formatTime(record.started)],
    ['ended', formatTime(record.ended)],
    ['command', record.command.map(shellWord).join(' ')],
    ['pipeline', `${pipeline.file}  ${pipeline.digest}`],
    ['seed', String(pipeline.seed)],
    ['objective', pipeline.objective === undefined ? '' : describeObjective(pipeline.objective)],
    ...gateFacts(record),
    ['backend', [...backends].join(' · ')],
    ['host', describeHost(record.host)],
    ['price', priceOf(record)],
    ['record', digest],
    [
      'before it',
      record.previous === null ? 'none: it is the first' : `${record.previous}  ${before ?? '(no longer there)'}`,
    ],
    ...notices.map((notice): Fact => ['note', notice]),
  ];
};

/** What the gate came to, and what was published. */
const gateFacts = ({ gate, pipeline }: RunAccount['record']): Fact[] => {
  if (gate === undefined) return [];
  if (!gate.accepted) return gate.reasons.map((reason): Fact => ['refused', reason]);
  const published = gate.outs.map(({ path }) => path).join(', ');
  return [['accepted', `by stage ${gate.stage}: ${published} went to artifacts/${pipeline.name}/accepted`]];
};

/** What an hour of the machine costs, and what the run did. */
const priceOf = (record: RunAccount['record']): string => {
  const { price } = record.host;
  if (price === undefined) return '';
  return `${price.perHour} ${price.currency} an hour: ${formatMoney(costOf(secondsOf(record), price))}`;
};

const rowOf = ({ entry, stageRun }: StageAccount) => ({
  state: entry.state,
  stage: entry.stage,
  fingerprint: entry.fingerprint,
  // What did not run shows what it took when it did.
  seconds: entry.state === 'skipped' ? undefined : (stageRun?.seconds ?? entry.seconds),
});

/** Why, how it failed, what it says of itself, what it measured, and where it was made. */
const remarksOf = ({ entry, stageRun }: StageAccount, { account, logs }: ShowView): string[] => {
  const { because, stage, stageRun: digest } = entry;
  const log = logs.get(stage);
  return [
    because.length === 0 ? '' : `because ${phraseOf(because)}`,
    stageRun?.failure === undefined ? '' : `failed: ${oneLine(stageRun.failure)}`,
    log === undefined ? '' : `the whole log: ${log}`,
    ...(stageRun === undefined ? [] : [...saidBy(stageRun), heldUp(stageRun, account)]),
    stageRun === undefined || stageRun.run === account.record.run ? '' : `made in run ${stageRun.run}`,
    digest !== undefined && stageRun === undefined ? `its record ${digest} is missing or damaged` : '',
  ].filter((remark) => remark !== '');
};

/** What held it up, where something did. What that cost is known of the machine of this run alone. */
const heldUp = (stageRun: StageRunRecord, { record }: RunAccount): string => {
  const verdict = verdictOf(stageRun, stageRun.run === record.run ? record.host.price : undefined);
  return verdict !== undefined && isNews(verdict) ? oneLine(verdictLine(verdict)) : '';
};

/** A stage that sums itself up by its metrics need not say them twice. */
const saidBy = ({ summary = '', metrics }: StageRunRecord): string[] => {
  const measured = oneLine(formatMetrics(metrics));
  const [first] = Object.entries(metrics);
  const repeats = first !== undefined && oneLine(summary).startsWith(oneLine(formatMetrics({ [first[0]]: first[1] })));
  return repeats ? [measured] : [oneLine(summary), measured];
};
