import { layers, type Shape, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { StageError } from '../../error.ts';
import type { Placed } from './arrange.ts';
import type { NetworkShape } from './items.ts';

/** A layer that the network ends with. */
export interface End {
  readonly placed: Placed;
  readonly value: SymbolicTensor;
}

/** Each end with a dense layer of its own on it: `head`, or, where there are several, `head_<target>`, or `head_<layer>`. */
export const headed = (ends: readonly End[], shape: NetworkShape): SymbolicTensor[] => {
  const sizes = sizesOf(ends, shape);
  const names = headNames(ends, shape);
  return ends.map(({ placed, value }, index) => {
    refuseOwnHead(placed, sizes[index]!);
    refuseOtherSteps({ placed, value }, shape);
    if (shape.steps === undefined && value.shape.length !== 2) {
      throw new StageError(
        `the head takes vectors [width]; ${placed.title} gives ${shown(value.shape)}`,
        'end with Flatten, a global pooling, or a recurrent layer that hands on its last output alone',
      );
    }
    const head = layers.dense({ units: sizes[index]!, kernelInitializer: 'glorotUniform', name: names[index]! });
    head.setFastWeightInitDuringBuild(true);
    return head.apply(value) as SymbolicTensor;
  });
};

/** What has pooled over the steps has no answer to each of them. */
const refuseOtherSteps = ({ placed: { title }, value: { shape } }: End, { steps }: NetworkShape): void => {
  if (steps === undefined || (shape.length === 3 && shape[1] === steps)) return;
  throw new StageError(
    `the target has a tag for each of ${steps} steps, and the head takes [${steps}, width]; ${title} gives ${shown(shape)}`,
    'keep the steps: "return_sequences": true on recurrent layers, and neither Flatten nor a pooling over the steps',
  );
};

const headNames = (ends: readonly End[], { targets }: NetworkShape): readonly string[] => {
  if (targets !== undefined) return targets.map((target, at) => `head_${plain(target) || at}`);
  return ends.length === 1 ? ['head'] : ends.map(({ placed }) => `head_${placed.name}`);
};

/** Names of columns can be anything. */
const plain = (name: string): string => name.replaceAll(/[^\w.-]+/g, '_');

/** The ends themselves, where they are what the target takes. */
export const refuseNoHead = (ends: readonly End[], shape: NetworkShape): SymbolicTensor[] => {
  const sizes = sizesOf(ends, shape);
  return ends.map(({ placed, value }, index) => {
    const size = sizes[index]!;
    const activation = activationOf(placed);
    if (activation !== undefined) {
      throw new StageError(
        `${placed.title} ends the network with ${activation}: the loss takes what comes before it`,
        'leave the activation out; a model applies it when it predicts',
      );
    }
    refuseOtherSteps({ placed, value }, shape);
    const wanted = shape.steps === undefined ? [size] : [shape.steps, size];
    if (String(value.shape.slice(1)) === String(wanted)) return value;
    throw new StageError(
      `the target takes [${wanted.join(', ')}]; ${placed.title} gives ${shown(value.shape)}`,
      '"head": true adds a layer that fits',
    );
  });
};

const sizesOf = (ends: readonly End[], { outputs }: NetworkShape): readonly number[] => {
  const sizes = [outputs].flat();
  if (sizes.length === ends.length) return sizes;
  throw new StageError(`the network has ${ends.length} outputs, the data set has ${sizes.length} targets`);
};

/** Who copies a whole model has its head in it: a second one on top would learn, and badly. */
const refuseOwnHead = (placed: Placed, size: number): void => {
  const activation = activationOf(placed);
  if (activation !== 'softmax' && !(activation === 'sigmoid' && placed.item['units'] === size)) return;
  throw new StageError(
    `${placed.title} ends the list with ${activation}, and a head comes after it`,
    'leave that layer out; or leave its activation out and say "head": false',
  );
};

const activationOf = ({ item }: Placed): string | undefined => {
  const activation = item.type === 'Softmax' ? 'softmax' : item['activation'];
  const isOutput = ['Dense', 'Activation', 'Softmax'].includes(item.type);
  return isOutput && typeof activation === 'string' && activation !== 'linear' ? activation : undefined;
};

const shown = (shape: Shape): string =>
  `[${shape
    .slice(1)
    .map((size) => size ?? '?')
    .join(', ')}]`;
