import type { LayerItem } from '../list/items.ts';

/**
 * ResNet-50 as Keras has it, without its head: convolutions with bias, batch normalization with ε 1.001e-5, strides in the
 * first convolution of a stage. With a head of 1,000 classes on images [224, 224, 3] it has 25,636,712 parameters.
 *
 * @see K. He et al.: Deep Residual Learning for Image Recognition, CVPR 2016.
 */
export const resnet50Items = (): readonly LayerItem[] => {
  const stem: readonly LayerItem[] = [
    { type: 'ZeroPadding2D', padding: 3, name: 'conv1_pad' },
    ...convolution({ name: 'conv1', filters: 64, size: 7, strides: 2, padding: 'valid' }),
    { type: 'ReLU', name: 'conv1_relu' },
    { type: 'ZeroPadding2D', padding: 1, name: 'pool1_pad' },
    { type: 'MaxPooling2D', pool_size: 3, strides: 2, name: 'pool1_pool' },
  ];
  let last = 'pool1_pool';
  const items = [...stem];
  for (const { name, filters, blocks, strides } of stages) {
    for (let block = 1; block <= blocks; block += 1) {
      const place = { name: `${name}_block${block}`, from: last, filters };
      items.push(...residual(place, block === 1 ? { strides } : undefined));
      last = `${place.name}_out`;
    }
  }
  return [...items, { type: 'GlobalAveragePooling2D', name: 'avg_pool' }];
};

const stages = [
  { name: 'conv2', filters: 64, blocks: 3, strides: 1 },
  { name: 'conv3', filters: 128, blocks: 4, strides: 2 },
  { name: 'conv4', filters: 256, blocks: 6, strides: 2 },
  { name: 'conv5', filters: 512, blocks: 3, strides: 2 },
] as const;

interface Place {
  readonly name: string;
  readonly from: string;
  readonly filters: number;
}

/** @param first of a stage: its shortcut is a convolution. */
const residual = ({ name, from, filters }: Place, first?: { readonly strides: number }): readonly LayerItem[] => {
  const strides = first?.strides ?? 1;
  const shortcut =
    first === undefined ? [] : convolution({ name: `${name}_0`, filters: 4 * filters, size: 1, strides, inputs: from });
  return [
    ...shortcut,
    ...convolution({ name: `${name}_1`, filters, size: 1, strides, inputs: from }),
    { type: 'ReLU', name: `${name}_1_relu` },
    ...convolution({ name: `${name}_2`, filters, size: 3 }),
    { type: 'ReLU', name: `${name}_2_relu` },
    ...convolution({ name: `${name}_3`, filters: 4 * filters, size: 1 }),
    { type: 'Add', inputs: [first === undefined ? from : `${name}_0_bn`, `${name}_3_bn`], name: `${name}_add` },
    { type: 'ReLU', name: `${name}_out` },
  ];
};

interface Convolution {
  readonly name: string;
  readonly filters: number;
  readonly size: number;
  readonly strides?: number;
  readonly padding?: 'valid' | 'same';
  readonly inputs?: string;
}

const convolution = ({ name, filters, size, strides = 1, padding = 'same', inputs }: Convolution): LayerItem[] => [
  {
    ...{ type: 'Conv2D', filters, kernel_size: size, strides, padding, name: `${name}_conv` },
    ...(inputs === undefined ? {} : { inputs }),
  },
  { type: 'BatchNormalization', epsilon: 1.001e-5, name: `${name}_bn` },
];
