import { test } from 'vitest';
import { expectVaried, hold, patience } from './hold.ts';
import { carryOut, sequenceOf } from './sequence.ts';
import { emptyTally } from './watcher.ts';

// As incremental.test.ts, with the executor that people have: commands are started by `sh`, stage types in Node.

test('25 sequences on up to 8 stages', { timeout: patience }, async () => {
  const tally = emptyTally();
  const programs = ['argv', 'argv', 'shell', 'plain', 'rich'] as const;
  await hold(sequenceOf({ stages: 8, programs }), 25, (sequence) => carryOut(sequence, { tally }));
  expectVaried(tally);
});
