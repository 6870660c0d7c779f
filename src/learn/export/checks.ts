import * as tf from '@tensorflow/tfjs-core';
import type { ExportChecks, VariantCheck } from '../../types/generated/export-checks.ts';
import type { Examples } from '../data/examples.ts';
import { originalOf } from '../data/original.ts';
import { loadModel, predict } from '../models/predict.ts';
import { computeGraph } from './graph/compute.ts';
import type { Graph } from './graph/graph.ts';
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
  const wanted = await answersOf(examples, await predict(source.model, examples, { batchSize }));
  const metric = metricOf(examples);
  const reference = metric === null ? null : metric.of(wanted);
  const checks: VariantCheck[] = [];
  for (const variant of variants) {
    const said = await saidBy(source, variant, { examples, batchSize });
    checks.push({
      ...{ name: variant.name, bytes: variant.bytes },
      ...{ computed_by: variant.format === 'layers' ? 'files' : 'graph', largest_difference: distance(said, wanted) },
      ...{ same_answers: sameAnswers(said, wanted, widthOf(examples, wanted)), metric: metric?.of(said) ?? null },
    });
  }
  return { rows: examples.rows, metric: metric?.name ?? null, reference, variants: checks };
};

/** Probabilities, or numbers in the target's own unit. */
const answersOf = async ({ classes, scaling }: Examples, said: Float32Array): Promise<Float32Array> =>
  classes === null ? originalOf(said, scaling) : said;

const saidBy = async (
  source: Source,
  variant: WrittenVariant,
  { examples, batchSize }: { readonly examples: Examples; readonly batchSize: number },
): Promise<Float32Array> => {
  if (variant.format === 'layers') {
    return answersOf(examples, await predict(await loadModel(variant.folder), examples, { batchSize }));
  }
  // The features as they are, and the numbers as the network gives them: what is in float64 is computed beside.
  const graph = variantGraph({ ...source, fitted: undefined }, variant, undefined);
  return answersOf(examples, await computeAll(graph, { examples, batchSize }));
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

interface Metric {
  readonly name: 'accuracy' | 'mae';
  readonly of: (answers: Float32Array) => number;
}

const metricOf = ({ target, classes, targetName, scaling, rows }: Examples): Metric | null => {
  if (targetName === null) return null;
  if (classes !== null) {
    const right = (answers: Float32Array): number =>
      Array.from(target).filter((actual, row) => bestOf(answers, row, classes.length) === actual).length;
    return { name: 'accuracy', of: (answers) => right(answers) / rows };
  }
  const actual = originalOf(target, scaling);
  return {
    name: 'mae',
    of: (answers) => answers.reduce((sum, each, row) => sum + Math.abs(each - actual[row]!), 0) / rows,
  };
};

const widthOf = ({ rows }: Examples, answers: Float32Array): number => answers.length / rows;

const bestOf = (answers: Float32Array, row: number, width: number): number => {
  const own = answers.subarray(row * width, (row + 1) * width);
  return own.indexOf(Math.max(...own));
};

const distance = (said: Float32Array, wanted: Float32Array): number =>
  said.reduce((most, value, at) => Math.max(most, Math.abs(value - wanted[at]!)), 0);

/** The share of examples that get the same class; null for numbers. */
const sameAnswers = (said: Float32Array, wanted: Float32Array, width: number): number | null => {
  if (width === 1) return null;
  const rows = wanted.length / width;
  const same = Array.from({ length: rows }, (_, row) => bestOf(said, row, width) === bestOf(wanted, row, width));
  return same.filter(Boolean).length / rows;
};
