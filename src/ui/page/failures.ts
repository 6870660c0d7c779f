import { html, type Markup } from '../../page/html.ts';
import type { StageFailure } from '../../types/events.ts';
import { oneLine } from '../text.ts';
import { linkToStage, type RunPageInput, type StageEntry, stageRunOf } from './page-input.ts';
import { output } from './parts.ts';

/** Every failed stage with what it said last; empty where none failed. */
export const failures = (input: RunPageInput): Markup | '' => {
  const failed = input.run.stages.filter(({ state }) => state === 'failed');
  return failed.length === 0 ? '' : html`${failed.map((entry) => failure(entry, input))}`;
};

const failure = (entry: StageEntry, input: RunPageInput): Markup => {
  const record = stageRunOf(input, entry);
  const told = input.failures?.get(entry.stage);
  const name = record === undefined ? html`${entry.stage}` : html`<a href="${linkToStage(entry.stage)}">${entry.stage}</a>`;
  const lines = told?.output ?? input.logs?.get(entry.stage) ?? [];
  return html`<div class="callout bad"><h3>${name}</h3>
<p>${oneLine(told?.message ?? record?.failure ?? 'it failed')}${endOf({ ...record?.exit, ...told })}</p>
${output(lines)}${told?.log === undefined ? '' : html`<p class="small muted">The whole log: <code>${told.log}</code></p>`}</div>
`;
};

const endOf = (end: Partial<StageFailure> & { readonly code?: number }): string => {
  const code = end.exitCode ?? end.code;
  if (end.timedOut) return ' (timed out)';
  if (end.signal !== undefined) return ` (ended by ${end.signal})`;
  return code === undefined || code === 0 ? '' : ` (exit code ${code})`;
};
