import type { LayerItem } from '../list/items.ts';

/**
 * VGG16 as Keras has it, without its head. With a head of 1,000 classes on images [224, 224, 3] it has 138,357,544
 * parameters, of which `top`, two dense layers of 4,096 units, has most.
 *
 * @param options.top whether the two dense layers are there; else the network ends with the last pooling.
 * @see K. Simonyan, A. Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015.
 */
export const vgg16Items = ({ top }: { readonly top: boolean }): readonly LayerItem[] => [
  ...blocks.flatMap(({ filters, convolutions }, index): LayerItem[] => [
    ...Array.from({ length: convolutions }, (_, at) => ({
      ...{ type: 'Conv2D', filters, kernel_size: 3, padding: 'same', activation: 'relu' },
      name: `block${index + 1}_conv${at + 1}`,
    })),
    { type: 'MaxPooling2D', pool_size: 2, name: `block${index + 1}_pool` },
  ]),
  ...(top
    ? [
        { type: 'Flatten', name: 'flatten' },
        { type: 'Dense', units: 4096, activation: 'relu', name: 'fc1' },
        { type: 'Dense', units: 4096, activation: 'relu', name: 'fc2' },
      ]
    : []),
];

const blocks = [
  { filters: 64, convolutions: 2 },
  { filters: 128, convolutions: 2 },
  { filters: 256, convolutions: 3 },
  { filters: 512, convolutions: 3 },
  { filters: 512, convolutions: 3 },
] as const;
