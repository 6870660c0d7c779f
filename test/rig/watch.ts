import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { WatchEvent } from '../../src/types/watch-events.ts';
import type { TestProject } from './project.ts';
import { endOf, type StartOptions, startStemma } from './stemma.ts';

/** `stemma watch --json`, followed event by event. */
export interface TestWatch {
  /** The events from the last one that was asked for up to the next that matches. */
  until<Type extends WatchEvent['type']>(
    type: Type,
    matches?: (event: EventOf<Type>) => boolean,
  ): Promise<Passed<Type>>;
  /** From now to the end of the next run, and to the wait after it. */
  nextRun(): Promise<WatchedRun>;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: ReturnType<typeof endOf>;
  readonly pid: number;
}

export type EventOf<Type extends WatchEvent['type']> = Extract<WatchEvent, { readonly type: Type }>;

export interface Passed<Type extends WatchEvent['type']> {
  readonly all: readonly WatchEvent[];
  readonly last: EventOf<Type>;
}

export interface WatchedRun {
  readonly all: readonly WatchEvent[];
  readonly states: Readonly<Record<string, string>>;
  readonly outcome: string;
  /** How many runs there were up to the wait. */
  readonly runs: number;
  /** Paths that woke it. */
  readonly woke: readonly string[];
}

export const startWatch = (project: TestProject, args: readonly string[] = [], options?: StartOptions): TestWatch => {
  const child = startStemma(project, ['watch', '--json', ...args], options);
  const ended = endOf(child);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const events: WatchEvent[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line) as WatchEvent);
    for (const listener of listeners) listener();
  });
  let read = 0;
  const until = async <Type extends WatchEvent['type']>(type: Type, matches = (_: EventOf<Type>) => true) => {
    const from = read;
    for (;;) {
      while (read < events.length) {
        const event = events[read++]!;
        if (event.type === type && matches(event as EventOf<Type>))
          return { all: events.slice(from, read), last: event as EventOf<Type> };
      }
      await nextEvent(
        listeners,
        ended,
        () => `waiting for ${type} after ${JSON.stringify(events.slice(from), null, 1)}`,
      );
    }
  };
  const nextRun = async (): Promise<WatchedRun> => {
    const toEnd = await until('run-ended');
    const rest = await until('watch-waiting');
    return summarize([...toEnd.all, ...rest.all]);
  };
  return { until, nextRun, kill: (signal) => void child.kill(signal), ended, pid: child.pid! };
};

const nextEvent = (listeners: Set<() => void>, ended: TestWatch['ended'], what: () => string): Promise<void> =>
  new Promise((resolve, reject) => {
    const listener = () => {
      listeners.delete(listener);
      resolve();
    };
    listeners.add(listener);
    void ended.then(({ exitCode, stderr }) => reject(new Error(`ended with ${exitCode}, ${what()}\n${stderr}`)));
  });

const summarize = (all: readonly WatchEvent[]): WatchedRun => {
  const ofType = <Type extends WatchEvent['type']>(type: Type) =>
    all.filter((event): event is EventOf<Type> => event.type === type);
  return {
    all,
    states: Object.fromEntries(ofType('stage-ended').map(({ stage, state }) => [stage, state])),
    outcome: ofType('run-ended').at(-1)!.outcome,
    runs: ofType('run-started').length,
    woke: ofType('watch-woke').flatMap(({ paths }) => paths),
  };
};
