import { shellWord } from '../../lineage/shell-line.ts';
import { html, type Markup } from '../../page/html.ts';
import type { ArtifactRecord } from '../../types/generated/stage-run.ts';

import { formatBytes, formatTime, plural } from '../format.ts';
import { type PageContext, stageRunOf } from './page-input.ts';
import { digestOf, facts } from './parts.ts';

/** The commands, what the digests have to be, what it was made from, and the machine. */
export const reproduce = (input: PageContext): Markup => {
  const { run, record } = input;
  const { pipeline, host, invocation } = run;
  const digest = pipeline.digest.replace(/^sha256:/, '');
  return html`<p>The same files, params and seed give the same fingerprints, and from the store the same bytes. In the project's folder:</p>
<pre tabindex="0">${[`echo '${digest}  ${pipeline.file}' | sha256sum -c`, run.command.map(shellWord).join(' ')].join(
    '\n',
  )}</pre>
<p>Later, from the records: the outs put back, executed again in a clean folder and compared, and what each was made from.</p>
<pre tabindex="0">${[`stemma checkout ${run.run}`, `stemma replay --all --run ${run.run}`, `stemma trace ${exampleOut(input)}`].join('\n')}</pre>
${sources(input)}
<div class="charts"><div class="card"><h3>The run</h3>${facts([
    ['Run', html`<code>${run.run}</code>`],
    ['Pipeline', html`<code>${pipeline.file}</code>`],
    ['Its digest', html`<code class="whole">${pipeline.digest}</code>`],
    ['Seed', String(pipeline.seed)],
    ['Stages asked for', invocation.targets.join(', ')],
    ['Overrides', invocation.set.map((assignment) => html`<code>${assignment}</code> `)],
    ['Forced', invocation.force ? 'yes: stages ran although nothing had changed' : ''],
    ['Started', formatTime(run.started)],
    ['Ended', formatTime(run.ended)],
    ['Record', record === undefined ? '' : html`<code class="whole">${record}</code>`],
    ['Record before it', run.previous === null ? '' : html`<code class="whole">${run.previous}</code>`],
  ])}</div><div class="card"><h3>The machine</h3>${facts([
    ['System', `${host.platform}, ${host.arch}`],
    ['Processor', `${host.cpu}, ${plural(host.cores, 'core')}`],
    ['Memory', formatBytes(host.memory)],
    ['Slots', plural(invocation.jobs, 'job')],
    ['Node', host.node],
    ['Stemma', host.stemma],
  ])}</div></div>
`;
};

/** An out of the last stage that made one. */
const exampleOut = (input: PageContext): string => {
  const made = input.run.stages.findLast((entry) => (stageRunOf(input, entry)?.outs.length ?? 0) > 0);
  return made === undefined ? 'STAGE.OUT' : `${made.stage}.${stageRunOf(input, made)!.outs[0]!.name}`;
};

/** Files from outside that the described stages read: what another machine needs to have, byte for byte. */
const sources = (input: PageContext): Markup | '' => {
  const read = new Map<string, ArtifactRecord>();
  // From outside: what a stage of this pipeline made is named `stage.out`, without a space.
  for (const entry of input.run.stages)
    for (const artifact of stageRunOf(input, entry)?.inputs ?? [])
      if (artifact.from === undefined || artifact.from.includes(' '))
        read.set(`${artifact.from ?? artifact.path} ${artifact.digest}`, artifact);
  if (read.size === 0) return '';
  const shown = [...read.values()].slice(0, mostSources);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="What it was made from"><table class="wide sources">
<caption>What it was made from${read.size > shown.length && `, the first ${mostSources} of ${plural(read.size, 'input')}`}</caption>
<thead><tr><th scope="col">Input</th><th scope="col" class="number">Size</th><th scope="col">Digest</th></tr></thead>
<tbody>${shown.map(
    ({ from, path, bytes, files, digest }) =>
      html`<tr><th scope="row">${from ?? path}</th><td class="number">${formatBytes(bytes)}${files !== undefined && ` in ${plural(files, 'file')}`}</td><td>${digestOf(digest)}</td></tr>
`,
  )}</tbody></table></div>
`;
};

const mostSources = 40;
