import type { RunAccount, StageAccount } from '../../lineage/run-account.ts';
import { verdictOf } from '../../machine/sampler/verdict.ts';
import type { StageRunRecord } from '../../types/generated/stage-run.ts';
import { describeBackend } from '../describe.ts';
import { formatMetric, formatSeconds, formatTime } from '../format.ts';
import { hardwareFacts } from '../hardware-facts.ts';
import { paintState } from '../paint.ts';
import { oneLine } from '../text.ts';
import { verdictLine } from '../verdict-line.ts';
import { artifactLines } from './artifact-lines.ts';
import { type Fact, factLines, type LineageView } from './facts.ts';

/** What `stemma show RUN STAGE` shows. */
export interface StageRunView {
  readonly account: RunAccount;
  readonly stage: StageAccount;
  /** Where what it printed lies, relative to the project. */
  readonly log?: string;
}

/** All that is recorded of one stage of a run, for people. Ends with a line end. */
export const renderStageRun = (show: StageRunView, view: LineageView): string => {
  const { account, stage } = show;
  const { entry, stageRun } = stage;
  const { paint } = view;
  const state = paintState(paint, entry.state)(entry.state);
  const title = `${paint.bold(entry.stage)} of run ${account.record.run}: ${state}`;
  const blocks: readonly (readonly [string, readonly string[]])[] = [
    ['', factLines(factsOf(show), view)],
    ...(stageRun === undefined ? [] : blocksOf(stageRun, { account, view })),
  ];
  const shown = blocks.filter(([, lines]) => lines.length > 0);
  const text = shown.flatMap(([heading, lines]) => ['', ...(heading === '' ? [] : [paint.bold(heading)]), ...lines]);
  return [title, ...text, ''].join('\n');
};

const factsOf = ({ account, stage: { entry, stageRun }, log }: StageRunView): Fact[] => [
  ...entry.because.map((because): Fact => ['because', because]),
  ['fingerprint', entry.fingerprint ?? ''],
  ['record', entry.stageRun ?? ''],
  ...(stageRun === undefined
    ? [['', entry.stageRun === undefined ? 'no stage run belongs to it' : 'the record is missing or damaged'] as const]
    : factsOfStageRun(stageRun, account)),
  ['log', log ?? ''],
];

const factsOfStageRun = (stageRun: StageRunRecord, { record }: RunAccount): Fact[] => {
  const { exit, attempts, backend, summary, failure, uncached } = stageRun;
  const because = stageRun.run === record.run ? [] : stageRun.because;
  return [
    ['made in run', stageRun.run === record.run ? '' : stageRun.run],
    ...because.map((reason): Fact => ['it ran because', reason]),
    ['started', formatTime(stageRun.started)],
    ['ended', formatTime(stageRun.ended)],
    ['took', `${formatSeconds(stageRun.seconds)}${attempts > 1 ? `, the last of ${attempts} attempts` : ''}`],
    ['backend', backend === undefined ? '' : describeBackend(backend)],
    ['exit', exit.signal ?? (exit.code === undefined ? '' : `code ${exit.code}`)],
    ['failed', failure ?? ''],
    ['not cached', uncached ?? ''],
    ['summary', summary ?? ''],
    ['log digest', stageRun.log ?? 'none: it printed nothing'],
  ];
};

const blocksOf = (
  stageRun: StageRunRecord,
  { account, view }: { readonly account: RunAccount; readonly view: LineageView },
): (readonly [string, readonly string[]])[] => {
  const { params, env, ...others } = stageRun.fields;
  const metrics = Object.entries(stageRun.metrics).map(([name, value]): Fact => [name, formatMetric(value)]);
  const names = typeof env === 'object' && env !== null ? Object.keys(env) : [];
  return [
    ['metrics', factLines(metrics, view)],
    ['inputs and outs', artifactLines(stageRun, view, 'whole')],
    ['params', factLines(flat('', params), view)],
    ['environment in the fingerprint, by name', names.map((name) => `  ${oneLine(name)}`)],
    ['other fields of the fingerprint', factLines(flat('', others), view)],
    ['packages that its code reaches', (stageRun.packages ?? []).map((id) => `  ${oneLine(id)}`)],
    ['the machine', factLines([...hardwareFacts(stageRun), ...verdictFacts(stageRun, account)], view)],
    ['telemetry', factLines(flat('', stageRun.telemetry), view)],
  ];
};

/** What its time cost is known of the machine of this run alone. */
const verdictFacts = (stageRun: StageRunRecord, { record }: RunAccount): Fact[] => {
  const verdict = verdictOf(stageRun, stageRun.run === record.run ? record.host.price : undefined);
  if (verdict === undefined || verdict.kind === 'unclear') return [];
  return [
    ['verdict', verdictLine(verdict)],
    ['what helps', verdict.remedy],
  ];
};

/** Values by their paths, as `optimizer.rate`; lists as they are, the long ones cut. */
const flat = (path: string, value: unknown): Fact[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return value === undefined ? [] : [[path, cut(typeof value === 'string' ? value : JSON.stringify(value))]];
  return Object.entries(value).flatMap(([key, inner]) => flat(path === '' ? key : `${path}.${key}`, inner));
};

const cut = (text: string): string => (text.length <= 240 ? text : `${text.slice(0, 239)}…`);
