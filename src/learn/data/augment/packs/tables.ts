import type { Pack } from './pack.ts';

/** Rows of measured and counted columns. */
export const tables: Pack = {
  kind: 'table',
  defaults: { noise: 0.05 },
  fill: 'zero',
  allowed: ['noise', 'swap', 'mixup'],
  forbidden: [
    { name: 'noise', beyond: 0.5, why: 'half a standard deviation and more moves a row over to other classes' },
    {
      name: 'swap',
      beyond: 0.3,
      why: 'a row of which a third is from others is nobody: a child with a pension and a driving licence',
    },
  ],
};
