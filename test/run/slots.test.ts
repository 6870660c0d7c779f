import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSlots } from '../../src/run/slots.ts';

const cpus = (count: number) => ({ cpus: count, gpus: 0 });

/** Which requests have been served, in their order. */
const watch = (slots: ReturnType<typeof createSlots>) => {
  const served: string[] = [];
  const give = new Map<string, () => void>();
  const take = (name: string, need: { cpus: number; gpus: number }) =>
    void slots.take(need).then((giveBack) => {
      served.push(name);
      give.set(name, giveBack);
    });
  const settled = async () => {
    // Promises settle in turns; there are few.
    for (let i = 0; i < 5; i++) await Promise.resolve();
    return served;
  };
  return { take, give: (name: string) => give.get(name)!(), settled };
};

test('requests are served in their order, and a large one is not starved by small ones behind it', async () => {
  const { take, give, settled } = watch(createSlots(cpus(4)));
  take('a', cpus(2));
  take('large', cpus(4));
  take('small', cpus(1));
  expect(await settled()).toEqual(['a']);
  give('a');
  expect(await settled()).toEqual(['a', 'large']);
  give('large');
  expect(await settled()).toEqual(['a', 'large', 'small']);
});

test('a request for more than there is takes all there is', async () => {
  const { take, give, settled } = watch(createSlots({ cpus: 2, gpus: 0 }));
  take('huge', { cpus: 64, gpus: 3 });
  take('next', cpus(1));
  expect(await settled()).toEqual(['huge']);
  give('huge');
  expect(await settled()).toEqual(['huge', 'next']);
});

test('processors and GPUs are counted apart', async () => {
  const { take, settled } = watch(createSlots({ cpus: 4, gpus: 1 }));
  take('a', { cpus: 1, gpus: 1 });
  take('b', { cpus: 1, gpus: 0 });
  take('c', { cpus: 1, gpus: 1 });
  expect(await settled()).toEqual(['a', 'b']);
});

test('never more than there are, and each request is served', async () => {
  const request = fc.record({ cpus: fc.integer({ min: 1, max: 6 }), gpus: fc.integer({ min: 0, max: 3 }) });
  await fc.assert(
    fc.asyncProperty(request, fc.array(request, { maxLength: 20 }), fc.scheduler(), async (total, needs, scheduler) => {
      const slots = createSlots(total);
      const used = { cpus: 0, gpus: 0 };
      const work = needs.map(async (need) => {
        const giveBack = await slots.take(need);
        used.cpus += Math.min(need.cpus, total.cpus);
        used.gpus += Math.min(need.gpus, total.gpus);
        expect(used.cpus <= total.cpus && used.gpus <= total.gpus).toBe(true);
        await scheduler.schedule(Promise.resolve());
        used.cpus -= Math.min(need.cpus, total.cpus);
        used.gpus -= Math.min(need.gpus, total.gpus);
        giveBack();
      });
      await scheduler.waitFor(Promise.all(work));
      expect(used).toEqual({ cpus: 0, gpus: 0 });
    }),
  );
});
