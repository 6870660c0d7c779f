import * as tf from '@tensorflow/tfjs-core';
import type { ExportChecks, VariantCheck } from '../../types/generated/export-checks.ts';
import type { Examples } from '../data/examples.ts';
import { originalOf } from '../data/original.ts';
import type { Model } from '../models/model.ts';
import { loadModel, predictTargets } from '../models/predict.ts';
import { computeGraph } from './graph/compute.ts';
import type { Graph } from './graph/graph.ts';
import { type Reading, readingOf } from './reading.ts';
import type { Variant } from './variants.ts';
import { type Source, variantGraph } from './write.ts';

/** A variant that was written, with what it takes on a disk. */
export interface WrittenVariant extends Variant {
  readonly folder: string;
  readonly bytes: number;
}

/**
 * Holds what each variant says of examples against what the model says. A layers model is read back from its files; of ONNX
 * and SavedModel the graph that they were written of is computed.
 *
 * @param examples prepared as the model takes them, with a target or without.
 */
export const checkVariants = async (
  source: Source,
  variants: readonly WrittenVariant[],
  { examples, batchSize }: { readonly examples: Examples; readonly batchSize: number },
): Promise<Pick<ExportChecks, 'rows' | 'metric' | 'reference' | 'variants'>> => {
  const reading = readingOf(examples, source.model.card, source.decision?.thresholds);
  const wanted = reading.of(await answersOf(source.model, examples, batchSize));
  const checks: VariantCheck[] = [];
  for (const variant of variants) {
    const said = reading.of(await saidBy(source, variant, { examples, batchSize }));
    checks.push({
      ...{ name: variant.name, bytes: variant.bytes },
      ...{ computed_by: variant.format === 'layers' ? 'files' : 'graph', largest_difference: distance(said, wanted) },
      ...{ same_answers: sameAnswers(said, wanted), metric: reading.metric?.of(said) ?? null },
    });
  }
  const reference = reading.metric?.of(wanted) ?? null;
  return { rows: examples.rows, metric: reading.metric?.name ?? null, reference, variants: checks };
};

/** Probabilities, or numbers in the target's own unit. */
const answersOf = async (model: Model, examples: Examples, batchSize: number): Promise<Float32Array> => {
  const said = await predictTargets(model, examples, { batchSize });
  const [values] = [...said.values()] as [Float32Array];
  return inOwnUnit(values, examples);
};

const inOwnUnit = (said: Float32Array, { classes, scaling, targets }: Examples): Float32Array =>
  classes === null && targets === undefined ? originalOf(said, scaling) : said;

const saidBy = async (
  source: Source,
  variant: WrittenVariant,
  { examples, batchSize }: { readonly examples: Examples; readonly batchSize: number },
): Promise<Float32Array> => {
  if (variant.format === 'layers') {
    return answersOf(await loadModel(variant.folder, { targets: 'any' }), examples, batchSize);
  }
  // The features as they are, and the numbers as the network gives them: what is in float64 is computed beside.
  const graph = variantGraph({ ...source, fitted: undefined }, variant, undefined);
  return inOwnUnit(await computeAll(graph, { examples, batchSize }), examples);
};

const computeAll = async (
  graph: Graph,
  { examples, batchSize }: { readonly examples: Examples; readonly batchSize: number },
): Promise<Float32Array> => {
  const { rows, features, featureShape } = examples;
  const width = features.length / rows;
  const parts: Float32Array[] = [];
  for (let from = 0; from < rows; from += batchSize) {
    const count = Math.min(batchSize, rows - from);
    const x = tf.tensor(features.subarray(from * width, (from + count) * width), [count, ...featureShape]);
    const answer = computeGraph(graph, x, graph.outputs[0]!.name);
    parts.push(Float32Array.from(await answer.data()));
    tf.dispose([x, answer]);
  }
  return Float32Array.from(parts.flatMap((part) => [...part]));
};

const distance = ({ values }: Reading, { values: wanted }: Reading): number =>
  values.reduce((most, value, at) => Math.max(most, Math.abs(value - wanted[at]!)), 0);

/** The share of answers that are the same; null for numbers. */
const sameAnswers = ({ taken: said }: Reading, { taken: wanted }: Reading): number | null =>
  said === null || wanted === null ? null : said.filter((answer, at) => answer === wanted[at]).length / said.length;
