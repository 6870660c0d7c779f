import type { Resources } from '../types/pipeline.ts';

/** Counted processor and GPU slots. Waiting requests are served in their order, so that a large one is not starved. */
export interface Slots {
  /** Resolves to the function that gives the slots back. A request for more than there is counts as one for all. */
  take(request: Resources): Promise<() => void>;
}

export const createSlots = (total: Resources): Slots => {
  const free = { ...total };
  const waiting: { readonly need: Resources; readonly start: () => void }[] = [];
  const serve = () => {
    for (let next = waiting[0]; next && fits(next.need, free); next = waiting[0]) {
      waiting.shift();
      free.cpus -= next.need.cpus;
      free.gpus -= next.need.gpus;
      next.start();
    }
  };
  return {
    take: (request) =>
      new Promise((resolve) => {
        const need = { cpus: Math.min(request.cpus, total.cpus), gpus: Math.min(request.gpus, total.gpus) };
        const giveBack = () => {
          free.cpus += need.cpus;
          free.gpus += need.gpus;
          serve();
        };
        waiting.push({ need, start: () => resolve(giveBack) });
        serve();
      }),
  };
};

const fits = (need: Resources, free: Resources): boolean => need.cpus <= free.cpus && need.gpus <= free.gpus;
