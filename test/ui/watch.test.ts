import { describe, expect, test } from 'vitest';
import type { WatchEvent } from '../../src/types/watch-events.ts';
import { createPaint } from '../../src/ui/paint.ts';
import { type BetweenRuns, waitingLine, watchLines } from '../../src/ui/watch/watch-lines.ts';
import { createWatchReporter } from '../../src/ui/watch/watch-reporter.ts';

const paint = createPaint({ color: false });
const shown = (event: BetweenRuns) => watchLines(event, { paint, color: false }).join('\n');

describe('what it waits for', () => {
  const waiting = { type: 'watch-waiting', files: 14, folders: 2, filesInFolders: 100_000, stillFailing: [] } as const;

  test('on a terminal with its keys, elsewhere without', () => {
    expect(waitingLine(waiting, 'keys')).toBe(
      'watching 14 files and 2 folders (100,000 files) · r runs again · q quits',
    );
    expect(waitingLine({ ...waiting, files: 1, folders: 0 }, 'no keys')).toBe('watching 1 file');
  });

  test('how, where it looks by itself, and what is still wrong', () => {
    expect(waitingLine({ ...waiting, folders: 1, polling: 2, stillFailing: ['train'] }, 'no keys')).toBe(
      'watching 14 files and 1 folder (100,000 files), looking every 2.0 s; still failing: train',
    );
  });
});

describe('what happens between runs', () => {
  test.each<readonly [string, BetweenRuns, string]>([
    ['start', { type: 'watch-woke', why: 'start', paths: [] }, ''],
    ['asked', { type: 'watch-woke', why: 'asked', paths: [] }, '\nasked to run again'],
    [
      'changed',
      { type: 'watch-woke', why: 'change', paths: ['a.csv', 'b\x1b[2J.csv', 'c.csv', 'd', 'e'] },
      '\nchanged: a.csv, b.csv, c.csv and 2 more',
    ],
    ['nothing', { type: 'watch-nothing-to-do', stillFailing: [] }, '  nothing to do'],
    ['failing', { type: 'watch-nothing-to-do', stillFailing: ['train'] }, '  nothing to do; still failing: train'],
    [
      'blocked',
      { type: 'watch-blocked', problems: [{ message: 'stage "a": b is gone', hint: 'run it first' }] },
      'error: stage "a": b is gone\nhint: run it first',
    ],
    [
      'ending',
      { type: 'watch-ending', stages: ['train', 'evaluate'], paths: ['data/x.csv'] },
      '  changed: data/x.csv: ending train, evaluate, which would use what it was',
    ],
    ['spared', { type: 'watch-spared', paths: ['a'] }, ''],
    [
      'left out',
      { type: 'watch-left-out', path: 'own.txt', stages: ['s'] },
      '  note: own.txt changed again while s ran, in run after run: it is left out until it changes while nothing runs',
    ],
  ])('%s', (_, event, text) => {
    expect(shown(event)).toBe(text);
  });

  test('metrics stand beside those of the time before, in words', () => {
    const result = { stage: 'evaluate', metric: 'accuracy' };
    expect(
      shown({
        type: 'watch-results',
        results: [
          { ...result, after: 0.9 },
          { ...result, before: 0.991, after: 0.992 },
          { ...result, before: 0.991, after: { value: 0.98, low: 0.97, high: 0.99 }, mode: 'max' },
          { ...result, metric: 'loss', before: 0.5, after: 0.25, mode: 'min' },
          { ...result, before: 0.9, after: 0.9 },
        ],
      }),
    ).toMatchInlineSnapshot(`
      "  evaluate: accuracy 0.900
        evaluate: accuracy 0.991 → 0.992 (+0.001, higher)
        evaluate: accuracy 0.991 → 0.980 [0.970, 0.990] (-0.011, lower: worse)
        evaluate: loss 0.500 → 0.250 (-0.250, lower: better)
        evaluate: accuracy 0.900, as before"
    `);
  });
});

describe('the reporter', () => {
  const play = (kind: 'plain' | 'terminal' | 'json', events: readonly WatchEvent[]): string => {
    let text = '';
    const stream = {
      write: (more: string) => {
        text += more;
      },
    };
    const reporter = createWatchReporter({
      kind,
      stream,
      color: false,
      now: () => 0,
      every: () => () => {},
      keys: 'keys',
    });
    for (const event of events) reporter.event(event);
    reporter.close();
    return text;
  };
  const run = (name: string): readonly WatchEvent[] => [
    { type: 'run-started', run: name, pipeline: 'p', stages: ['s'], seed: 1, backend: '', passedOver: [] },
    { type: 'stage-ended', stage: 's', state: 'ran', because: ['it has never run'], seconds: 1, savedSeconds: 0 },
    {
      type: 'run-ended',
      advice: [],
      run: name,
      outcome: 'succeeded',
      counts: { ran: 1 },
      seconds: 1,
      savedSeconds: 0,
      record: 'sha256:0',
    },
  ];
  const events: readonly WatchEvent[] = [
    { type: 'watch-woke', why: 'start', paths: [] },
    ...run('first'),
    { type: 'watch-waiting', files: 3, folders: 0, filesInFolders: 0, stillFailing: [] },
    { type: 'watch-woke', why: 'change', paths: ['a.csv'] },
    ...run('second'),
    { type: 'watch-waiting', files: 3, folders: 0, filesInFolders: 0, stillFailing: [] },
  ];

  test('prints plain lines into a pipe', () => {
    expect(play('plain', events)).toMatchInlineSnapshot(`
      "p: 1 stage, seed 1

        ran         s                          1.0 s  because it has never run

      1 ran in 1.0 s · run first
      head of the records: sha256:0
      watching 3 files · r runs again · q quits

      changed: a.csv
      p: 1 stage, seed 1

        ran         s                          1.0 s  because it has never run

      1 ran in 1.0 s · run second
      head of the records: sha256:0
      watching 3 files · r runs again · q quits
      "
    `);
  });

  test('takes the line away that it waits with, and gives the cursor back', () => {
    const text = play('terminal', events);
    expect(text.split('watching 3 files · r runs again · q quits')).toHaveLength(3);
    expect(text.lastIndexOf('\x1b[?25h')).toBeGreaterThan(text.lastIndexOf('\x1b[?25l'));
    expect(text.trimEnd().endsWith('\x1b[?25h')).toBe(true);
  });

  test('tells programs an event a line', () => {
    expect(
      play('json', events)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as WatchEvent),
    ).toEqual(events);
  });
});
