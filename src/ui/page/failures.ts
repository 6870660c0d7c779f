import { html, type Markup } from '../../page/html.ts';
import type { StageFailure } from '../../types/events.ts';
import type { StageRunRecord } from '../../types/generated/stage-run.ts';
import { failurePhrase } from '../failure.ts';
import { type PageContext, type StageEntry, stageLink, stageRunOf } from './page-input.ts';
import { output } from './parts.ts';

/** Every failed stage with what it said last; empty where none failed. */
export const failures = (input: PageContext): Markup | '' => {
  const failed = input.run.stages.filter(({ state }) => state === 'failed');
  return failed.length === 0 ? '' : html`${failed.map((entry) => failure(entry, input))}`;
};

const failure = (entry: StageEntry, input: PageContext): Markup => {
  const record = stageRunOf(input, entry);
  const told = input.failures?.get(entry.stage);
  const name = stageLink(input, entry.stage);
  const lines = told?.output ?? input.logs?.get(entry.stage) ?? [];
  return html`<div class="callout bad"><h3>${name}</h3>
<p>${failurePhrase(told ?? recorded(record))}</p>
${output(lines)}${told?.log === undefined ? '' : html`<p class="small muted">The whole log: <code>${told.log}</code></p>`}</div>
`;
};

/** What is known of the failure where only the record of the stage run is left. */
const recorded = (record: StageRunRecord | undefined): StageFailure => ({
  message: record?.failure ?? 'it failed',
  output: [],
  ...(record?.exit.code !== undefined && { exitCode: record.exit.code }),
  ...(record?.exit.signal !== undefined && { signal: record.exit.signal }),
});
