import fc from 'fast-check';
import { expect, it } from 'vitest';
import { logOf } from '../../../../src/lineage/trackers/wandb/log.ts';
import { recordsIn } from './reader.ts';

const filled = (size: number, at = 0): Buffer => Buffer.alloc(size, (at % 255) + 1);

it('records of every size around the end of a block come back', () => {
  // The first block holds the header too: 32,754 bytes of one record fill it.
  for (let size = 32_735; size < 32_770; size += 1) {
    const records = [filled(size), filled(3), filled(0), filled(size + 32_768, 2)];
    expect(recordsIn(logOf(records)).map((record, at) => record.equals(records[at]!))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  }
});

it('records of any sizes come back', () => {
  const sizes = fc.array(fc.oneof(fc.nat(50), fc.nat(100_000)), { maxLength: 6 });
  fc.assert(
    fc.property(sizes, (all) => {
      const records = all.map(filled);
      expect(recordsIn(logOf(records)).map((record) => record.length)).toEqual(all);
    }),
    { numRuns: 50 },
  );
});

it('a flipped bit is found by the checksum, as a reader does', () => {
  const log = logOf([filled(100)]);
  log[50]! ^= 1;
  expect(() => recordsIn(log)).toThrow('checksum at 7');
});
