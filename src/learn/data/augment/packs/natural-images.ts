import type { Pack } from './pack.ts';

/** Photographs of things and scenes: what they show does not depend on side, place, size or light, but on what is up. */
export const naturalImages: Pack = {
  kind: 'image',
  defaults: { flip: 'horizontal', shift: 4, contrast: 0.2, brightness: 0.1 },
  fill: 'reflect',
  allowed: [
    ...([
      'flip',
      'shift',
      'rotate',
      'zoom',
      'shear',
      'crop',
      'contrast',
      'brightness',
      'blur',
      'noise',
      'erase',
    ] as const),
    ...(['mixup', 'cutmix'] as const),
  ],
  forbidden: [
    { name: 'flip', beyond: 'vertical', why: 'cameras are held upright: a street above its sky is seen in no test' },
    { name: 'rotate', beyond: 45, why: 'gravity has a direction: a photograph that lies on its side is another scene' },
  ],
};
