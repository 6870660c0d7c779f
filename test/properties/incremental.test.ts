import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inProcess } from './executor.ts';
import { carryOut, sequenceOf, type Stand } from './sequence.ts';
import { emptyTally } from './watcher.ts';

test('in process', async () => {
  const tally = emptyTally();
  const stand: Stand = { executor: inProcess, tally };
  await fc.assert(fc.asyncProperty(sequenceOf({ stages: Number(process.env['S'] ?? 30), programs: process.env['U'] ? ['argv', 'shell', 'plain', 'rich'] : ['argv','shell'] }), (sequence) => carryOut(sequence, stand)), { numRuns: Number(process.env["N"] ?? 100), interruptAfterTimeLimit: 100_000, markInterruptAsFailure: true, seed: Number(process.env['STEMMA_SEED'] ?? 1) });
  console.log(tally);
  expect(tally.cutoffs).toBeGreaterThan(0);
}, 200_000);
