import { expect, test } from 'vitest';
import { inProcess } from './executor.ts';
import { byDay, expectVaried, hold, patience } from './hold.ts';
import { carryOut, sequenceOf } from './sequence.ts';
import { emptyTally } from './watcher.ts';

// After any edits and runs, an incremental run equals a clean one byte for byte, and executes nothing whose definition
// and inputs have been executed in that store before. Stages are carried out in this process, which is quick: that
// real ones do as they do is held in incremental-processes.test.ts.

const commands = ['argv', 'shell'] as const;
const all = [...commands, 'plain', 'rich'] as const;

test.concurrent.each([
  { stages: 8, programs: commands, sequences: byDay(225) },
  { stages: 8, programs: all, sequences: byDay(150) },
  { stages: 30, programs: all, sequences: byDay(100) },
])(
  '$sequences sequences on up to $stages stages by $programs',
  { timeout: patience },
  async ({ sequences, ...sizes }) => {
    const tally = emptyTally();
    await hold(sequenceOf(sizes), sequences, (sequence) => carryOut(sequence, { executor: inProcess, tally }));
    expectVaried(tally);
    expect(tally['clean runs']).toBeGreaterThanOrEqual(sequences);
  },
);
