import { expect, test } from 'vitest';
import { advance, partsOf, percentOf } from '../../src/ui/reporters/meter.ts';

const bytes = (done: number, total: number) => ({ done, total, unit: 'bytes', note: 'downloading x.csv' });

test('a download is told in bytes that people read', () => {
  const meter = advance(advance(undefined, bytes(0, 60_000_000), 0), bytes(20_000_000, 60_000_000), 2000);
  expect(partsOf(meter, 2000)).toEqual({
    amount: '20.0 MB of 60.0 MB',
    left: '4 s left',
    note: 'downloading x.csv',
    rate: '10.0 MB/s',
  });
  expect(percentOf(meter)).toBe('33 %');
});

test('where the server does not say how much there is, only what has come is told', () => {
  const meter = advance(advance(undefined, bytes(0, 0), 0), bytes(3_000_000, 0), 2000);
  expect(partsOf(meter, 2000)).toMatchObject({ amount: '3.0 MB', left: '', rate: '1.5 MB/s' });
  expect(percentOf(meter)).toBe('0 %');
});
