import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/watch/changes.ts';
import { type Effect, type Event, initial, type State, step } from '../../src/watch/machine.ts';
import { mostInARow } from '../../src/watch/memory.ts';

// The machine alone: no clock, no files.

const change = (path: string, during: readonly string[] = [], patience = 2): Change => ({
  path,
  group: path,
  patience,
  during,
});

/** Plays events from the start, and returns where that leads with the effects of each. */
const play = (...events: readonly Event[]): { readonly state: State; readonly effects: readonly Effect[][] } => {
  let state = initial;
  const effects: Effect[][] = [];
  for (const event of events) {
    const next = step(state, event);
    state = next.state;
    effects.push([...next.effects]);
  }
  return { state, effects };
};

const doing = (effects: readonly Effect[]): string[] => effects.map((effect) => effect.do);
const lastOf = (...events: readonly Event[]) => {
  const { state, effects } = play(...events);
  return { phase: state.phase, effects: effects.at(-1)! };
};

const started: Event = { type: 'started' };
const settled: Event = { type: 'settled' };
const asked: Event = { type: 'asked' };
const stopped: Event = { type: 'stopped' };
const ended: Event = { type: 'run-ended' };
const toRun: Event = { type: 'checked', result: 'run' };
const toRest: Event = { type: 'checked', result: 'nothing' };
const changed = (...changes: readonly Change[]): Event => ({ type: 'changed', changes });
const judged = (pointless: readonly string[], irrelevant: readonly string[] = []): Event => ({
  type: 'judged',
  run: 1,
  pointless,
  irrelevant,
});
const waiting = [started, toRest];
const running = [started, toRun];

/** One run that is caused by a change made during the one before, and that file changed during it. */
const echo = (path = 'a', stage = 's') => [ended, settled, toRun, changed(change(path, [stage]))];

describe('without a run', () => {
  test('it checks at the start, and waits where there is nothing to do', () => {
    expect(play(started).effects).toEqual([[{ do: 'check', trigger: { changes: [], echoes: [], asked: true } }]]);
    expect(lastOf(...waiting)).toEqual({ phase: 'waiting', effects: [{ do: 'wait' }] });
  });

  test('it starts a run where there is something to do', () => {
    expect(lastOf(...running)).toEqual({ phase: 'running', effects: [{ do: 'run' }] });
  });

  test('a burst of changes is one check, once it has been quiet', () => {
    const { state, effects } = play(...waiting, changed(change('a')), changed(change('b'), change('a')), settled);
    expect(effects.slice(2).map(doing)).toEqual([['settle'], ['settle'], ['check']]);
    expect(effects.at(-1)).toEqual([
      { do: 'check', trigger: { changes: [change('a'), change('b')], echoes: [], asked: false } },
    ]);
    expect(state.phase).toBe('checking');
  });

  test('a broken pipeline is waited with, and a change checks again', () => {
    const broken: Event = { type: 'checked', result: 'broken' };
    expect(lastOf(started, broken)).toEqual({ phase: 'waiting', effects: [{ do: 'wait' }] });
    expect(lastOf(started, broken, changed(change('a')), settled).phase).toBe('checking');
  });

  test('a change while files are checked is checked after, since it may have gone unseen', () => {
    const late = [...waiting, changed(change('a')), settled, changed(change('b'))];
    expect(lastOf(...late)).toEqual({ phase: 'checking', effects: [] });
    expect(lastOf(...late, toRest)).toEqual({ phase: 'settling', effects: [{ do: 'settle' }] });
    expect(lastOf(...late, toRest, settled).effects).toEqual([
      { do: 'check', trigger: { changes: [change('b')], echoes: [], asked: false } },
    ]);
  });

  test('a change while files are checked is judged, where a run comes of it', () => {
    const late = [...waiting, changed(change('a')), settled, changed(change('b')), toRun];
    expect(lastOf(...late)).toEqual({ phase: 'running', effects: [{ do: 'run' }, { do: 'settle' }] });
    expect(lastOf(...late, settled).effects).toEqual([{ do: 'judge', run: 1, changes: [change('b')] }]);
  });

  test.each([
    ['waiting', waiting],
    ['settling', [...waiting, changed(change('a'))]],
  ])('who asks while it is %s need not wait, and what failed is tried again', (_, events) => {
    const { phase, effects } = lastOf(...events, asked);
    expect([phase, doing(effects)]).toEqual(['checking', ['forget failures', 'check']]);
    expect(effects[1]).toMatchObject({ trigger: { asked: true } });
  });

  test('who asks while files are checked is answered by another check', () => {
    expect(doing(lastOf(started, asked, toRest).effects)).toEqual(['settle']);
    expect(lastOf(started, asked, toRest, settled).effects).toEqual([
      { do: 'check', trigger: { changes: [], echoes: [], asked: true } },
    ]);
  });
});

describe('during a run', () => {
  test('a change is judged once it has settled, and pointless stages are ended', () => {
    const events = [...running, changed(change('a', ['s'])), settled];
    expect(lastOf(...events).effects).toEqual([{ do: 'judge', run: 1, changes: [change('a', ['s'])] }]);
    expect(lastOf(...events, judged(['s', 't'])).effects).toEqual([
      { do: 'end stages', stages: ['s', 't'], paths: ['a'] },
    ]);
  });

  test('what is not irrelevant is answered by a run after it', () => {
    const events = [...running, changed(change('a'), change('b')), settled, judged([], ['b']), ended];
    expect(lastOf(...events)).toEqual({ phase: 'lingering', effects: [{ do: 'settle' }] });
    expect(lastOf(...events, settled).effects).toEqual([
      { do: 'check', trigger: { changes: [], echoes: [change('a')], asked: false } },
    ]);
  });

  test('what is irrelevant is not', () => {
    const events = [...running, changed(change('a')), settled, judged([], ['a']), ended, settled];
    expect(lastOf(...events)).toEqual({ phase: 'waiting', effects: [{ do: 'wait' }] });
  });

  test('one judgement comes after the other', () => {
    const events = [...running, changed(change('a')), settled, changed(change('b')), settled];
    expect(lastOf(...events)).toEqual({ phase: 'running', effects: [] });
    expect(lastOf(...events, judged(['s'])).effects).toEqual([
      { do: 'end stages', stages: ['s'], paths: ['a'] },
      { do: 'judge', run: 1, changes: [change('b')] },
    ]);
  });

  test('a run that ends before it is judged is followed by a check, and the judgement comes too late', () => {
    const events = [...running, changed(change('a')), settled, ended];
    expect(doing(lastOf(...events, settled).effects)).toEqual(['check']);
    expect(doing(lastOf(...events, judged([], ['a']), settled).effects)).toEqual(['check']);
    expect(lastOf(...events, settled, judged(['s'], ['a']))).toEqual({ phase: 'checking', effects: [] });
    // Also for the next run, of which it says nothing.
    expect(lastOf(...events, settled, toRun, judged(['s'], ['a']))).toEqual({ phase: 'running', effects: [] });
  });

  test('what is told a moment after the end still is a change during it', () => {
    const events = [...running, ended, changed(change('a'))];
    expect(doing(lastOf(...events).effects)).toEqual(['settle']);
    expect(lastOf(...events, settled).effects).toEqual([
      { do: 'check', trigger: { changes: [], echoes: [change('a')], asked: false } },
    ]);
  });

  test.each([
    ['while it runs', [...running, asked, ended]],
    ['just after', [...running, ended, asked]],
  ])('who asks %s is answered after it', (_, events) => {
    expect(lastOf(...events, settled).effects).toEqual([
      { do: 'check', trigger: { changes: [], echoes: [], asked: true } },
    ]);
  });
});

describe('a file that changes in run after run', () => {
  const first = [...running, changed(change('a', ['s']))];
  const third = [...first, ...echo(), ...echo()];

  test('causes two runs in a row, and is then left out, with the stages that ran while it changed', () => {
    expect(
      play(...first, ...echo())
        .effects.flat()
        .filter((effect) => effect.do === 'leave out'),
    ).toEqual([]);
    const { state, effects } = play(...third);
    expect(effects.at(-1)).toEqual([{ do: 'leave out', path: 'a', stages: ['s'] }]);
    expect(doing(step(step(state, ended).state, settled).effects)).toEqual(['wait']);
  });

  test('is left out without a further word, and the others are not', () => {
    const { effects } = play(...third, changed(change('a')), changed(change('a'), change('b')));
    expect(effects.slice(-2)).toEqual([[], [{ do: 'settle' }]]);
  });

  test('counts again once it changes while nothing runs', () => {
    const events = [...third, ended, settled, changed(change('a')), settled];
    expect(lastOf(...events).effects).toEqual([
      { do: 'check', trigger: { changes: [change('a')], echoes: [], asked: false } },
    ]);
    expect(doing(lastOf(...events, toRun, changed(change('a'))).effects)).toEqual(['settle']);
  });

  test('counts again when the user asks', () => {
    expect(doing(lastOf(...third, asked, changed(change('a'))).effects)).toEqual(['settle']);
  });

  test('starts to count anew where a run between had another cause', () => {
    const events = [...first, ...echo(), ended, settled, toRest, changed(change('b')), settled, toRun];
    expect(doing(lastOf(...events, changed(change('a'))).effects)).toEqual(['settle']);
  });

  test('names all stages that ran while it changed', () => {
    const events = [...first, ...echo('a', 't'), ...echo('a', 'u')];
    expect(play(...events).effects.at(-1)).toEqual([{ do: 'leave out', path: 'a', stages: ['s', 't', 'u'] }]);
  });

  test('may be one that people write: then as many runs as may follow each other at all', () => {
    const patient = change('p', [], Number.POSITIVE_INFINITY);
    const again = [ended, settled, toRun, changed(patient)];
    const events = [...running, changed(patient), ...Array.from({ length: mostInARow - 1 }, () => again).flat()];
    expect(doing(lastOf(...events).effects)).toEqual(['settle']);
    expect(doing(lastOf(...events, ...again).effects)).toEqual(['leave out']);
  });
});

describe('told to stop', () => {
  test.each([
    ['idle', []],
    ['waiting', waiting],
    ['settling', [...waiting, changed(change('a'))]],
    ['checking', [started]],
    ['lingering', [...running, ended]],
  ])('while it is %s it ends at once', (phase, events) => {
    expect(play(...events).state.phase).toBe(phase);
    expect(lastOf(...events, stopped)).toEqual({ phase: 'ended', effects: [{ do: 'finish' }] });
  });

  test('during a run it ends the run first', () => {
    expect(lastOf(...running, stopped)).toEqual({ phase: 'stopping', effects: [{ do: 'stop run' }] });
    expect(lastOf(...running, stopped, changed(change('a')))).toEqual({ phase: 'stopping', effects: [] });
    expect(lastOf(...running, stopped, ended)).toEqual({ phase: 'ended', effects: [{ do: 'finish' }] });
  });

  test.each([started, settled, asked, stopped, ended, toRun, changed(change('a')), judged(['s'])])(
    'once ended it does nothing: %o',
    (event) => {
      expect(lastOf(started, stopped, event)).toEqual({ phase: 'ended', effects: [] });
    },
  );
});

test('an event out of place changes nothing', () => {
  const phases: readonly (readonly Event[])[] = [[], waiting, [started], running, [...running, ended]];
  const strays: readonly (readonly Event[])[] = [
    [settled, toRun, judged(['s']), ended],
    [settled, toRun, judged(['s']), ended],
    [settled, judged(['s']), ended],
    [toRun],
    [toRun, ended],
  ];
  for (const [i, events] of phases.entries())
    for (const stray of strays[i]!)
      expect(lastOf(...events, stray)).toEqual({ phase: play(...events).state.phase, effects: [] });
});
