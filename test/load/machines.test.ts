import { describe, expect, it } from 'vitest';
import { loadRight } from './temporary-project.ts';

const stages = { a: { run: ['true'] } };

describe('machines of a pipeline', () => {
  it('are handed on with their prices, this one apart from the others', async () => {
    const machines = {
      here: { price_per_hour: 0.5 },
      a100: { price_per_hour: 1.9, speedup: 20 },
      l4: { price_per_hour: 0.7 },
    };
    expect(await loadRight({ machines, currency: 'EUR', stages })).toMatchObject({
      price: { perHour: 0.5, currency: 'EUR' },
      machines: [
        { name: 'a100', price: { perHour: 1.9, currency: 'EUR' }, speedup: 20 },
        { name: 'l4', price: { perHour: 0.7, currency: 'EUR' } },
      ],
    });
  });

  it('cost dollars unless told otherwise', async () => {
    expect(await loadRight({ machines: { here: { price_per_hour: 0 } }, stages })).toMatchObject({
      price: { perHour: 0, currency: 'USD' },
      machines: [],
    });
  });

  it('are none where the pipeline speaks of none', async () => {
    const pipeline = await loadRight({ stages });
    expect(pipeline).not.toHaveProperty('price');
    expect(pipeline).not.toHaveProperty('machines');
  });
});
