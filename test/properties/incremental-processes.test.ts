import { expect, test } from 'vitest';
import { isNight } from '../rig/depth.ts';
import { byDay, expectVaried, hold, patience } from './hold.ts';
import { carryOut, sequenceOf } from './sequence.ts';
import { emptyTally } from './watcher.ts';

// As incremental.test.ts, with the executor that people have: commands are started by `sh`, stage types in Node.

const sequences = byDay(25);

test(`${sequences} sequences on up to 8 stages (by night 250)`, { timeout: patience }, async () => {
  const tally = emptyTally();
  const programs = ['argv', 'argv', 'shell', 'plain', 'rich'] as const;
  await hold(sequenceOf({ stages: 8, programs }), sequences, (sequence) => carryOut(sequence, { tally }));
  // So few need not bring a stage back; those of incremental.test.ts do.
  if (isNight) expectVaried(tally);
  expect(tally.ran).toBeGreaterThan(0);
  expect(tally['up to date']).toBeGreaterThan(0);
});
