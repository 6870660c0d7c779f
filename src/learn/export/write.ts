import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TargetScaling } from '../../types/generated/dataset.ts';
import type { DecisionFile } from '../../types/generated/decision.ts';
import type { Fitted, FittedTarget } from '../../types/generated/fitted.ts';
import { targetNames } from '../data/targets.ts';
import { answersIn, writeDecision } from '../models/decision.ts';
import type { Model } from '../models/model.ts';
import type { DataType, Graph, Shape } from './graph/graph.ts';
import { type NetworkWeights, readNetworkWeights } from './layers/given.ts';
import { writeLayers } from './layers-files.ts';
import { graphOf, type Prepare } from './model-graph.ts';
import { onnxBytes } from './onnx/file.ts';
import { toOnnx } from './onnx/lower.ts';
import { quantized } from './quantize.ts';
import { toSavedModel } from './saved-model/lower.ts';
import type { Variant } from './variants.ts';

/** A model that is to be exported. */
export interface Source {
  /** Its folder. */
  readonly folder: string;
  readonly model: Model;
  readonly weights: NetworkWeights;
  readonly fitted: Fitted | undefined;
  /** How its graph makes features of raw columns; absent: the features are the input. */
  readonly prepare?: Prepare | undefined;
  /** By what its answers are taken, where an evaluation has chosen it. */
  readonly decision?: DecisionFile | undefined;
}

export const sourceOf = async (
  folder: string,
  model: Model,
  rest: Pick<Source, 'fitted' | 'prepare' | 'decision'>,
): Promise<Source> => ({ folder, model, weights: await readNetworkWeights(model.network), ...rest });

/** Writes a variant into a new folder. @throws StageError that names layers which the format cannot have. */
export const writeVariant = async (source: Source, variant: Variant, folder: string): Promise<void> => {
  if (variant.format === 'layers') {
    await writeLayers(source.folder, folder, variant.quantization);
    if (source.decision !== undefined) await writeDecision(folder, source.decision);
    return;
  }
  await mkdir(folder, { recursive: true });
  const graph = variantGraph(source, variant, source.prepare);
  if (variant.format === 'onnx')
    await writeFile(join(folder, 'model.onnx'), onnxBytes(toOnnx(graph, metadataOf(source))));
  else await writeFile(join(folder, 'saved_model.pb'), toSavedModel(graph).bytes);
};

/** The graph of a variant; without `prepare`, its input is the features. */
export const variantGraph = (
  { model, weights, fitted, decision }: Source,
  { quantization }: Pick<Variant, 'quantization'>,
  prepare: Prepare | undefined,
): Graph =>
  graphOf(model, {
    weights: quantization === undefined ? weights : quantized(weights, quantization),
    ...{ scaling: scalingOf(fitted), thresholds: decision?.thresholds },
    ...(prepare === undefined ? {} : { prepare }),
  });

/** How the target was scaled, which the last normalize tells. */
export const scalingOf = (fitted: Fitted | undefined): TargetScaling | undefined => {
  const targets = fitted?.steps.flatMap((step) => (step.stage === 'normalize' && step.target ? [step.target] : []));
  return targets?.at(-1) === undefined ? undefined : scaling(targets.at(-1)!);
};

const scaling = ({ method, center, divisor }: FittedTarget): TargetScaling => ({
  method: method === 'log1p' ? 'log1p' : 'linear',
  center,
  divisor,
});

/** What stands in an ONNX file for who has nothing else. */
const metadataOf = ({ model: { card }, decision }: Source): Readonly<Record<string, string>> => ({
  target: targetNames(card.target).join(', '),
  ...(answersIn(card).length === 0 ? {} : { classes: JSON.stringify(answersIn(card)) }),
  ...(decision === undefined ? {} : { thresholds: JSON.stringify(Object.fromEntries(decision.thresholds.map(({ answer, value }) => [answer, value]))) }), // biome-ignore format: one choice
});

/** An input or an output of a graph, by its name. */
export interface Port {
  readonly name: string;
  readonly dtype: DataType;
  /** null: the batch. */
  readonly shape: Shape;
}

export const portsOf = (graph: Graph): { readonly inputs: readonly Port[]; readonly outputs: readonly Port[] } => ({
  inputs: graph.inputs,
  outputs: graph.outputs.map(({ name, value: { dtype, shape } }) => ({ name, dtype, shape })),
});
