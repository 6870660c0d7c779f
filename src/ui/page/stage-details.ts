import { shellWord, streamsOf } from '../../lineage/shell-line.ts';
import { type Content, html, type Markup } from '../../page/html.ts';
import type { ArtifactRecord, StageRunRecord } from '../../types/generated/stage-run.ts';
import { describeBackend } from '../describe.ts';
import { formatBytes, formatNumber, formatSeconds, formatTime, plural } from '../format.ts';
import {
  anchorOf,
  isDescribed,
  linkTo,
  type PageContext,
  type StageEntry,
  stageLink,
  stageRunOf,
} from './page-input.ts';
import { badge, digestOf, facts, output } from './parts.ts';

/** For each stage that is described: what it was made from and with, what it made, and what it printed. */
export const stageDetails = (input: PageContext): Markup | '' => {
  const blocks = input.run.stages
    .filter((entry) => isDescribed(input.run, entry))
    .flatMap((entry) => {
      const record = stageRunOf(input, entry);
      return record === undefined ? [] : [details(entry, record, input)];
    });
  return blocks.length === 0 ? '' : html`${blocks}`;
};

/** The anchor lies inside, so that a link to it unfolds the block. */
const details = (entry: StageEntry, record: StageRunRecord, input: PageContext): Markup => {
  const lines = input.failures?.get(entry.stage)?.output ?? input.logs?.get(entry.stage) ?? [];
  return html`<details class="card stage"${entry.state === 'failed' ? html` open` : ''}><summary>${entry.stage} ${badge(entry.state)}</summary>
<div id="${anchorOf(entry.stage)}">
${artifacts('Inputs', record.inputs, input)}${artifacts('Outs', record.outs, input)}${paramsOf(record)}${factsOf(entry, record, input)}${telemetryOf(record)}
${lines.length === 0 ? '' : html`<h3>Last output</h3>${output(lines)}`}</div></details>
`;
};

const artifacts = (title: string, list: readonly ArtifactRecord[], input: PageContext): Markup | '' =>
  list.length === 0
    ? ''
    : html`<h3>${title}</h3>
<div class="scroll"><table class="wide">
<thead><tr><th scope="col">Name</th><th scope="col">${title === 'Inputs' ? 'From' : 'Where'}</th><th scope="col">Type</th><th scope="col" class="number">Size</th><th scope="col">Digest</th></tr></thead>
<tbody>${list.map((artifact) => artifactRow(artifact, input))}</tbody></table></div>
`;

const artifactRow = (artifact: ArtifactRecord, input: PageContext): Markup => {
  const { name, type, kind, bytes, files, digest } = artifact;
  const size = `${formatBytes(bytes)}${files === undefined ? '' : ` in ${plural(files, 'file')}`}`;
  return html`<tr><th scope="row">${name}</th><td>${originOf(artifact, input)}</td><td>${type ?? typeOfOut(artifact, input) ?? kind}</td><td class="number">${size}</td><td>${digestOf(digest)}</td></tr>
`;
};

/** An input that a stage made has the type that this stage declares. */
const typeOfOut = ({ from }: ArtifactRecord, input: PageContext): string | undefined => {
  const entry = makerOf(from, input);
  const outs = entry === undefined ? [] : (stageRunOf(input, entry)?.outs ?? []);
  return outs.find(({ name }) => from === `${entry?.stage}.${name}`)?.type;
};

const makerOf = (from: string | undefined, { run }: PageContext): StageEntry | undefined =>
  run.stages.find(({ stage }) => from?.startsWith(`${stage}.`));

/** A stage's out leads to the stage; a file of the project to the file. What lies elsewhere is only named. */
const originOf = ({ from, path }: ArtifactRecord, input: PageContext): Content => {
  const maker = makerOf(from, input);
  if (maker !== undefined) return stageLink(input, maker.stage, from);
  if (from !== undefined && !from.startsWith('path ')) return from;
  return html`<a href="${linkTo(input, path)}"><code>${path}</code></a>`;
};

const paramsOf = ({ fields }: StageRunRecord): Markup | '' => {
  const { params } = fields;
  if (!isObject(params) || Object.keys(params).length === 0) return '';
  return html`<h3>Params</h3><pre tabindex="0">${clipped(JSON.stringify(params, null, 2))}</pre>`;
};

const factsOf = (entry: StageEntry, record: StageRunRecord, { run }: PageContext): Markup => {
  const { fields, backend, fingerprint, exit } = record;
  const earlier = record.run === run.run ? '' : html`${record.run}, ${formatTime(record.started)}`;
  return html`<h3>Circumstances</h3>${facts([
    ['Made in run', earlier],
    ['Took', `${formatSeconds(record.seconds)}${record.attempts > 1 ? `, ${plural(record.attempts, 'attempt')}` : ''}`],
    ['Command', commandOf(fields)],
    ['Stage type', typeof fields['type'] === 'string' ? `${fields['type']}, version ${String(fields['version'])}` : ''],
    ['Code', typeof fields['code'] === 'string' ? digestOf(fields['code']) : ''],
    ['Backend', backend === undefined ? '' : describeBackend(backend)],
    ['Seed', seedOf(fields['seed'])],
    ['Environment', isObject(fields['env']) ? Object.keys(fields['env']).join(', ') : ''],
    ['Fingerprint', html`<code class="whole">${entry.fingerprint ?? fingerprint}</code>`],
    ['Record', entry.stageRun === undefined ? '' : html`<code class="whole">${entry.stageRun}</code>`],
    ['Exit', exit.signal ?? (exit.code === undefined || exit.code === 0 ? '' : `code ${exit.code}`)],
    ['Not cached', record.uncached ?? ''],
  ])}`;
};

const commandOf = ({ run, ...fields }: StageRunRecord['fields']): Content => {
  if (typeof run !== 'string' && !Array.isArray(run)) return '';
  const line = typeof run === 'string' ? run : run.map((word) => shellWord(String(word))).join(' ');
  return html`<code>${line + streamsOf(fields)}</code>`;
};

const seedOf = (seed: unknown): string => {
  if (isObject(seed)) return String(seed['seed'] ?? '');
  return typeof seed === 'number' ? String(seed) : '';
};

const telemetryOf = ({ telemetry }: StageRunRecord): Markup | '' => {
  const rows = Object.entries(telemetry);
  if (rows.length === 0) return '';
  return html`<h3>Telemetry</h3>${facts(rows.map(([name, value]) => [name, telemetryValue(value)] as const))}`;
};

const telemetryValue = (value: unknown): Content => {
  if (typeof value === 'number') return formatNumber(value);
  return typeof value === 'string' ? value : html`<code>${clipped(JSON.stringify(value))}</code>`;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const clipped = (text: string): string =>
  text.length <= 6000 ? text : `${text.slice(0, 6000)}\n… ${plural(text.length - 6000, 'character')} more`;
