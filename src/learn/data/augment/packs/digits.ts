import type { Pack } from './pack.ts';

/** Written digits and letters, upright and alone in the image, as MNIST's: the shape is all of the meaning. */
export const digits: Pack = {
  kind: 'image',
  defaults: { shift: 2, rotate: 10, zoom: 0.1, shear: 10 },
  fill: 'zero',
  allowed: ['shift', 'rotate', 'zoom', 'shear', 'contrast', 'brightness', 'blur', 'noise', 'erase', 'mixup'],
  forbidden: [
    { name: 'flip', why: 'a mirrored 2 is no digit, a mirrored b is a d, and an upside-down 6 nearly a 9' },
    { name: 'rotate', beyond: 30, why: 'a 6 that is turned far enough is a 9, and a 1 that lies is a dash' },
    { name: 'shear', beyond: 30, why: 'a 7 that leans far enough is a 1 or a dash' },
    {
      name: 'crop',
      why: 'the lower part of a 9 is a 1, and the upper part of an 8 a 0: what is cut off was the digit',
    },
    { name: 'erase', beyond: 0.1, why: 'without a stroke an 8 is a 3 or a 6: a large gap makes another digit' },
    { name: 'cutmix', why: 'half of a 3 beside half of an 8 is neither in proportion to their areas' },
  ],
};
