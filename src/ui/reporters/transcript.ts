import type { RunEvent, StageState } from '../../types/events.ts';
import type { Paint } from '../paint.ts';
import { oneLine, wrap } from '../text.ts';
import type { EventOf } from './events.ts';
import {
  countedLines,
  endedLines,
  finalLine,
  gateLines,
  headerLine,
  headLine,
  type Layout,
  layoutOf,
  noticeLines,
  passedOverLines,
  rowLines,
} from './lines.ts';

/** The lines of a run that stay: what the plain and the terminal reporter have in common. */
export interface Transcript {
  /** The lines that an event adds, without line ends; often none. */
  readonly add: (event: RunEvent) => readonly string[];
  readonly layout: () => Layout;
}

export interface TranscriptOptions {
  readonly paint: Paint;
  readonly listing: 'short' | 'all';
  /** Cells in a line, or `Infinity` where lines are not to be broken. */
  readonly columns: () => number;
}

export const createTranscript = ({ paint, listing, columns }: TranscriptOptions): Transcript => {
  let widths = layoutOf([], { paint, columns: 0 });
  let counting = false;
  const counted = new Map<StageState, string[]>();
  const failed: string[] = [];

  const layout = (): Layout => ({ ...widths, columns: columns() });

  const broken = (line: string): readonly string[] => wrap(line, columns());

  const add = (event: RunEvent): readonly string[] => {
    switch (event.type) {
      case 'run-started':
        widths = layoutOf(event.stages, { paint, columns: 0 });
        counting = listing === 'short' && event.stages.length > mostListed;
        return [...broken(headerLine(event, layout())), ...passedOverLines(event, layout()).flatMap(broken), ''];
      case 'notice':
        return noticeLines(event, layout());
      case 'stage-retrying': {
        const remark = `attempt ${event.attempt}: ${oneLine(event.message)}`;
        return rowLines({ state: 'retrying', stage: event.stage, remarks: [remark] }, layout());
      }
      case 'stage-ended':
        if (event.state === 'failed') failed.push(event.stage);
        if (!counting || event.state === 'ran' || event.state === 'failed') return endedLines(event, layout());
        count(counted, event);
        return [];
      case 'run-ended':
        return [
          ...countedLines(counted, layout()),
          '',
          ...listOf(failed),
          ...gateLines(event, layout()).flatMap(broken),
          ...broken(finalLine(event, layout())),
          headLine(event, layout()),
          ...event.advice.flatMap((line) => broken(`hint: ${oneLine(line)}`)),
        ];
      case 'stage-started':
      case 'stage-progress':
        return [];
    }
  };

  return { add, layout };
};

const count = (counted: Map<StageState, string[]>, { state, stage }: EventOf<'stage-ended'>): void => {
  const stages = counted.get(state);
  if (stages === undefined) counted.set(state, [stage]);
  else stages.push(stage);
};

/** Of a pipeline with more stages, those that neither ran nor failed are counted instead of listed. */
const mostListed = 30;

/** Several failures may stand far apart, so that their names are said once more at the end. */
const listOf = (failed: readonly string[]): readonly string[] =>
  failed.length < 2 ? [] : [`failed: ${failed.join(', ')}`];
