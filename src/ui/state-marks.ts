import type { StageState } from '../types/events.ts';

/** What a plan says of a stage before it runs; `blocked`: an input is missing that no stage makes. */
export type Decision = 'will run' | 'may run' | 'restore' | 'up to date' | 'blocked';

/** A symbol and a tone that go with a state's word, in graphs and pages; the word is always there too. */
export interface StateMark {
  readonly symbol: string;
  /** The page's classes of badges. */
  readonly tone: 'good' | 'info' | 'warn' | 'bad' | 'plain';
}

export const markOf = (state: StageState | Decision): StateMark => marks[state];

const marks: Readonly<Record<StageState | Decision, StateMark>> = {
  ran: { symbol: '▶', tone: 'info' },
  restored: { symbol: '↻', tone: 'good' },
  'up to date': { symbol: '✓', tone: 'good' },
  failed: { symbol: '✗', tone: 'bad' },
  cancelled: { symbol: '■', tone: 'warn' },
  interrupted: { symbol: '■', tone: 'warn' },
  skipped: { symbol: '–', tone: 'plain' },
  'will run': { symbol: '▶', tone: 'info' },
  'may run': { symbol: '?', tone: 'warn' },
  restore: { symbol: '↻', tone: 'good' },
  blocked: { symbol: '✗', tone: 'bad' },
};
