import { html, type Markup } from '../../page/html.ts';
import { shellWord } from '../describe.ts';
import { formatBytes, formatTime, plural } from '../format.ts';
import type { PageContext } from './page-input.ts';
import { facts } from './parts.ts';

/** The command, what the digests have to be, and the machine. */
export const reproduce = ({ run, record }: PageContext): Markup => {
  const { pipeline, host, invocation } = run;
  const digest = pipeline.digest.replace(/^sha256:/, '');
  return html`<p>The same files, params and seed give the same fingerprints, and from the store the same bytes. In the project's folder:</p>
<pre tabindex="0">${[`echo '${digest}  ${pipeline.file}' | sha256sum -c`, run.command.map(shellWord).join(' ')].join(
    '\n',
  )}</pre>
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
