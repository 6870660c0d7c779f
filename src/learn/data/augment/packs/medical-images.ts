import type { Pack } from './pack.ts';

/** X-rays, CT and MR slices: sides are anatomy, intensities are measured, and small marks are the finding. */
export const medicalImages: Pack = {
  kind: 'image',
  defaults: { shift: 4, rotate: 5, zoom: 0.05 },
  fill: 'zero',
  allowed: ['shift', 'rotate', 'zoom', 'shear', 'contrast', 'brightness', 'blur', 'noise', 'mixup'],
  forbidden: [
    { name: 'flip', why: 'a mirrored body has its heart on the right: that is a condition of its own, dextrocardia' },
    { name: 'rotate', beyond: 15, why: 'patients are placed in a standard position, and reading depends on it' },
    { name: 'contrast', beyond: 0.2, why: 'intensity is a measured density: stretched, healthy tissue looks diseased' },
    { name: 'brightness', beyond: 0.1, why: 'intensity is a measured density: moved, it is another tissue' },
    { name: 'blur', beyond: 1, why: 'a blurred fracture or nodule is gone, and the label says that it is there' },
    { name: 'erase', why: 'the erased place can be the finding, and the label says that it is there' },
    { name: 'crop', why: 'what is cut off can be the finding, and the label says that it is there' },
    { name: 'cutmix', why: 'a rectangle of another patient brings a finding, or its edge looks like one' },
  ],
};
