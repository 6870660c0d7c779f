import { describe, expect, it } from 'vitest';
import { createReporter, type ReporterOptions } from '../../src/ui/reporter.ts';
import { chain, failingRun, fewOfMany, interruptedRun, mnistRun, noOp, type Timed } from './events.ts';
import { createTerminal } from './terminal-emulator.ts';

const golden = (name: string): string => `../fixtures/ui/${name}.txt`;

/** Plays events by a clock of its own and returns all that was written. */
const play = (events: readonly Timed[], options: Partial<ReporterOptions> = {}): string => {
  let text = '';
  let at = 0;
  const stream = { write: (piece: string) => (text += piece) };
  const reporter = createReporter({ kind: 'plain', stream, color: false, now: () => at, ...options });
  for (const [time, event] of events) {
    at = time;
    reporter.event(event);
  }
  reporter.close();
  return text;
};

describe('plain reporter', () => {
  it.each([
    ['mnist', mnistRun()],
    ['failing', failingRun()],
    ['interrupted', interruptedRun()],
    ['few-of-many', fewOfMany()],
  ])('prints the run "%s" as its golden file says', async (name, events) => {
    await expect(play(events)).toMatchFileSnapshot(golden(`plain-${name}`));
  });

  it('counts the stages of a large no-op instead of listing them', async () => {
    await expect(play(noOp())).toMatchFileSnapshot(golden('plain-no-op'));
  });

  it('lists every stage where that is asked for', () => {
    const lines = play(noOp(), { listing: 'all' }).split('\n');
    expect(lines.filter((line) => line.startsWith('  up to date  stage-'))).toHaveLength(1000);
  });

  it('lists the stages of a run with 30', () => {
    expect(play(chain(30))).toContain('stage-0029');
    expect(play(chain(31))).not.toContain('stage-0030');
  });

  it('says the same with colours', () => {
    const colored = play(failingRun(), { color: true });
    expect(colored).toContain('\x1b[31mfailed');
    expect(colored.replace(/\x1b\[\d+m/g, '')).toBe(play(failingRun()));
  });

  it('keeps the lines of a notice apart', () => {
    const message = 'left out 2 files that cannot be decoded\n  cats/1.png: it ends early\n  cats/2.png: no image';
    expect(play([[10, { type: 'notice', stage: 'ingest', message }]]).split('\n')).toEqual([
      '  note: stage "ingest": left out 2 files that cannot be decoded',
      '        cats/1.png: it ends early',
      '        cats/2.png: no image',
      '',
    ]);
  });

  it('passes no control character of a stage on', () => {
    expect(play(failingRun())).toMatch(/^[^\x00-\x09\x0b-\x1f\x7f]*$/);
  });
});

describe('json reporter', () => {
  it('writes the events themselves, one a line', () => {
    const events = [...mnistRun(), ...failingRun()];
    const lines = play(events, { kind: 'json' }).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(events.map(([, event]) => event));
  });
});

/** Plays events on a terminal, with a tick of its clock every 100 ms, until `until`. */
const show = (
  events: readonly Timed[],
  options: { columns: number; until?: number; symbols?: 'ascii'; rows?: number },
) => {
  const { columns, until = Number.POSITIVE_INFINITY, symbols = 'unicode', rows = 24 } = options;
  const terminal = createTerminal({ columns });
  let at = 0;
  let due = Number.POSITIVE_INFINITY;
  let tick = (): void => {};
  const every = (milliseconds: number, next: () => void): (() => void) => {
    due = at + milliseconds;
    tick = next;
    return () => {
      due = Number.POSITIVE_INFINITY;
    };
  };
  const size = { columns: () => columns, rows: () => rows };
  const reporter = createReporter({
    kind: 'terminal',
    stream: terminal,
    color: true,
    now: () => at,
    every,
    symbols,
    ...size,
  });
  for (const [time, event] of [...events].sort(([a], [b]) => a - b)) {
    for (; due <= Math.min(time, until); due += 100) {
      at = due;
      tick();
    }
    if (time > until) break;
    at = time;
    reporter.event(event);
  }
  return { terminal, reporter };
};

describe('terminal reporter', () => {
  it.each([
    [110, 500],
    [110, 20_000],
    [80, 20_000],
    [46, 43_500],
    [24, 20_000],
  ])('shows, %i wide and after %i ms, what its golden file says', async (columns, until) => {
    const { terminal } = show(mnistRun(), { columns, until });
    expect(terminal.cursorShown()).toBe(false);
    await expect(`${terminal.screen()}\n`).toMatchFileSnapshot(golden(`terminal-${columns}-${until}`));
  });

  it('leaves the lines of the run alone, and the cursor shown', async () => {
    const { terminal } = show(mnistRun(), { columns: 110 });
    expect(terminal.cursorShown()).toBe(true);
    await expect(terminal.screen()).toMatchFileSnapshot(golden('terminal-110-end'));
  });

  it('has bars of ASCII for terminals with no more', async () => {
    const { terminal } = show(mnistRun(), { columns: 80, until: 20_000, symbols: 'ascii' });
    await expect(`${terminal.screen()}\n`).toMatchFileSnapshot(golden('terminal-ascii'));
  });

  it('shows failures while other stages run', async () => {
    const { terminal } = show(failingRun(), { columns: 100, until: 1550 });
    await expect(`${terminal.screen()}\n`).toMatchFileSnapshot(golden('terminal-failing'));
  });

  it('never lets a line of the region reach the last column, at any width', () => {
    for (let columns = 1; columns <= 130; columns += 1) {
      const { terminal } = show(interruptedRun(), { columns, until: 2400 });
      const region = terminal.screen().split('\n').slice(-3);
      for (const line of region)
        expect(line.length, `${columns} wide: ${line}`).toBeLessThanOrEqual(Math.max(0, columns - 1));
    }
  });

  it('draws no region for a run with nothing to do', () => {
    const { terminal } = show(noOp(), { columns: 80 });
    expect(terminal.writes()).toBe(2);
  });

  it('puts the terminal back when it is closed in the middle', () => {
    const { terminal, reporter } = show(mnistRun(), { columns: 80, until: 20_000 });
    reporter.close();
    reporter.close();
    expect(terminal.cursorShown()).toBe(true);
    expect(terminal.screen()).not.toContain('done');
  });

  it('shows only as many running stages as fit', () => {
    const started = Array.from(
      { length: 40 },
      (_, index): Timed => [
        10,
        { type: 'stage-started', stage: `s${index}`, fingerprint: 'f', because: [], attempt: 1 },
      ],
    );
    const { terminal } = show([...started, [300, { type: 'notice', message: 'x' }]], { columns: 80, rows: 12 });
    expect(terminal.screen().split('\n').length).toBeLessThan(12);
    expect(terminal.screen()).toContain('33 more running');
  });
});
