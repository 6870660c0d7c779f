import { expect, test } from 'vitest';
import { isNight } from '../rig/depth.ts';
import { inProcess } from './executor.ts';
import { byDay, expectVaried, hold, patience, sumOf } from './hold.ts';
import { carryOut, sequenceOf } from './sequence.ts';
import { emptyTally, type Tally } from './watcher.ts';

// After any edits and runs, an incremental run equals a clean one byte for byte, and executes nothing whose definition
// and inputs have been executed in that store before. Stages are carried out in this process, which is quick: that
// real ones do as they do is held in incremental-processes.test.ts.

const commands = ['argv', 'shell'] as const;
const all = [...commands, 'plain', 'rich'] as const;

// By day a twelfth of the sequences, by night all of them ten times over: `make nightly`.
const tallies: Tally[] = [];

test.concurrent.each([
  { stages: 8, programs: commands, sequences: byDay(225) },
  { stages: 8, programs: all, sequences: byDay(150) },
  { stages: 30, programs: all, sequences: byDay(100) },
])(
  '$sequences sequences on up to $stages stages by $programs',
  { timeout: patience },
  async ({ sequences, ...sizes }) => {
    const tally = emptyTally();
    tallies.push(tally);
    await hold(sequenceOf(sizes), sequences, (sequence) => carryOut(sequence, { executor: inProcess, tally }));
    expect(tally['clean runs']).toBeGreaterThanOrEqual(sequences);
  },
);

test('in all of them stages ran, were restored, were up to date, and stayed so below one that ran', () => {
  if (isNight) for (const tally of tallies) expectVaried(tally);
  expectVaried(sumOf(tallies));
});
