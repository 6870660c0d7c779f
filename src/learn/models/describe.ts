import type { LayersModel } from '@tensorflow/tfjs-layers';
import type {
  DescribedLayer,
  Flops,
  LintFinding,
  ModelDescription,
  ParameterCounts,
} from '../../types/model-program.ts';
import { flopsOf } from './flops.ts';
import { trainingMemory } from './memory.ts';
import { type LayerOutline, outlineOf } from './outline.ts';

export interface Described {
  readonly batchSize: number;
  /** Numbers that the optimizer remembers between two steps. */
  readonly slots: number;
  readonly findings: readonly LintFinding[];
}

/** What `stemma model` tells of a network that is built; nothing is computed with it. */
export const describeNetwork = (network: LayersModel, { batchSize, slots, findings }: Described): ModelDescription => {
  const outline = outlineOf(network);
  const layers = outline.layers.map(described);
  return {
    layers,
    parameters: layers.reduce(plus, { trainable: 0, frozen: 0 }),
    flops: sumOf(layers),
    memory: trainingMemory({ outline, batchSize, slots }),
    findings,
  };
};

const described = (layer: LayerOutline): DescribedLayer => {
  const { name, kind, outputShape, parameters } = layer;
  return { name, kind, outputShape, parameters, flops: flopsOf(layer) };
};

const plus = (sum: ParameterCounts, { parameters: { trainable, frozen } }: DescribedLayer): ParameterCounts => ({
  trainable: sum.trainable + trainable,
  frozen: sum.frozen + frozen,
});

const sumOf = (layers: readonly DescribedLayer[]): Flops => ({
  forward: layers.reduce((sum, { flops }) => sum + (flops ?? 0), 0),
  uncounted: layers.filter(({ flops }) => flops === null).map(({ name }) => name),
});
