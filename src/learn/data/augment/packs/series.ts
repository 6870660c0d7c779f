import type { Pack } from './pack.ts';

/** Measurements over time, of sensors, sound or markets: time has one direction. */
export const series: Pack = {
  kind: 'series',
  defaults: { noise: 0.05, scale: 0.1 },
  fill: 'zero',
  allowed: ['noise', 'scale', 'time_shift', 'time_mask', 'window', 'mixup'],
  forbidden: [
    {
      name: 'scale',
      beyond: 0.5,
      why: 'a factor of less than 0 turns rises into falls, and with such a deviation some are',
    },
    {
      name: 'noise',
      beyond: 0.5,
      why: 'noise as strong as half the signal hides the short events that tell classes apart',
    },
  ],
};
