import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Figure, isReached, type Report, renderReport } from '../../bench/report.ts';
import { figureOf, median, ratios, sideBySide } from '../../bench/side-by-side.ts';
import { topics } from '../../bench/topics.ts';
import { oneInEach, seedOfRun } from '../rig/depth.ts';

// Nothing here asks how fast anything is: only that the measuring measures.

// By day a quarter of the topics, other ones for each commit; by night (`make nightly`) all of them.
const seed = seedOfRun();
const chosen = oneInEach(4, Object.keys(topics), seed);

describe(`a bench of small sizes: ${chosen.join(', ')} (STEMMA_SEED=${seed})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'stemma-bench-test-'));
  let reports: Readonly<Record<string, Report>> = {};
  let printed = '';

  beforeAll(async () => {
    const result = await execa(process.execPath, ['bench/run.mjs', ...chosen], {
      env: { BENCH_QUICK: '1', BENCH_FOLDER: folder },
    });
    printed = result.stdout;
    reports = (JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as { reports: typeof reports }).reports;
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('measures its topics', () => {
    expect(Object.keys(reports)).toEqual(chosen);
  });

  it('finds a finite number for every figure, a positive one for what is no difference', () => {
    for (const { title, figures, notes } of Object.values(reports)) {
      // Of a graphics card alone there may be nothing to measure, and then the report says so.
      if (!notes.includes('There is no graphics device here.')) expect(figures, title).not.toHaveLength(0);
      for (const { what, value, unit } of figures) {
        expect(value, what).toBeLessThan(Number.POSITIVE_INFINITY);
        if (unit === 'files') expect(value, what).toBe(0);
        else expect(value, what).toBeGreaterThan(isDifference(what) ? Number.NEGATIVE_INFINITY : 0);
      }
    }
  });

  it('prints a table a topic', () => {
    for (const { title } of Object.values(reports)) expect(printed).toContain(`## ${title}\n`);
  });
});

/** Where one measurement is taken off another, noise can leave less than nothing. */
const isDifference = (what: string): boolean => what.startsWith('processor time of ');

describe('the command line of the bench', () => {
  it('names the topics when it is asked for one that it does not have', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stemma-bench-test-'));
    const env = { BENCH_QUICK: '1', BENCH_FOLDER: folder };
    const result = await execa(process.execPath, ['bench/run.mjs', 'hasing'], { env, reject: false });
    rmSync(folder, { recursive: true, force: true });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('there is no topic "hasing"; there are: no-op, overhead, hashing');
  });
});

describe('sideBySide', () => {
  it('runs the contestants in turn, each after its preparation, and leaves the first round out', () => {
    const done: string[] = [];
    const contestant = (name: string) => ({ name, prepare: () => done.push(`(${name})`), run: () => done.push(name) });
    const timings = sideBySide([contestant('a'), contestant('b')], 2);
    expect(done.join(' ')).toBe('(a) a (b) b (a) a (b) b (a) a (b) b');
    expect([...timings].map(([name, seconds]) => [name, seconds.length])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
  });

  it('takes ratios round by round', () => {
    const timings = new Map([
      ['a', [2, 9]],
      ['b', [1, 3]],
    ]);
    expect(ratios(timings, 'a', 'b')).toEqual([2, 3]);
  });
});

describe('figures', () => {
  it('are the median, with the lowest and the highest', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(figureOf([5, 1, 3], { what: 'x', unit: 's' })).toEqual({ what: 'x', value: 3, unit: 's', spread: [1, 5] });
  });

  it.each<[Figure['bar'], boolean]>([
    [undefined, true],
    [{ atMost: 2 }, true],
    [{ atMost: 1 }, false],
    [{ atLeast: 2 }, true],
    [{ atLeast: 3 }, false],
  ])('of 2 with the bar %o are reached: %s', (bar, reached) => {
    expect(isReached({ what: 'x', value: 2, unit: 's', ...(bar && { bar }) })).toBe(reached);
  });

  it('are a row with what was to reach', () => {
    const figure: Figure = { what: 'x', value: 0.25, unit: 's', spread: [0.2, 12.34], bar: { atMost: 0.3 } };
    const text = renderReport({ title: 'T', figures: [figure], notes: [] });
    expect(text).toContain('| x | 0.250 s | 0.200 to 12.3 | at most 0.300 | reached |');
  });
});
