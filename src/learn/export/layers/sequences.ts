import { sinusoids } from '../../models/layers/position.ts';
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { Convert, Given } from './given.ts';

/** 1 where a value is not the number, else 0. */
export const differing = (build: Builder, x: Value, number: number): Value =>
  build.cast(build.unary('not', build.binary('equal', x, build.number(number, x))), 'float32');

/** [batch, length]: 1 where any element of a place differs from the layer's `maskValue`. */
export const placesSeen = ({ build, inputs, config }: Pick<Given, 'build' | 'inputs' | 'config'>): Value =>
  build.reduce('max', differing(build, inputs[0]!, (config['maskValue'] as number | undefined) ?? 0), {
    axes: [2],
    keep: false,
  });

const added = ({ build, inputs }: Given, values: Value): Value => build.binary('add', inputs[0]!, values);

/** The mean over the places that count; of none it is 0. */
const maskedMean: Convert = ({ build, inputs, masks }) => {
  const x = inputs[0]!;
  const mask = masks[0] ?? null;
  if (mask === null) return build.reduce('mean', x, { axes: [1], keep: false });
  const counts = build.reshape(mask, [null, mask.shape[1]!, 1]);
  const sum = build.reduce('sum', build.binary('mul', x, counts), { axes: [1], keep: false });
  const count = build.reduce('sum', counts, { axes: [1], keep: false }); // [b, 1]
  return build.binary('div', sum, build.binary('maximum', count, build.number(1, count)));
};

/** Layers of sequences [batch, length, width], and of ids of tokens [batch, length]. */
export const sequenceLayers: Readonly<Record<string, Convert>> = {
  Embedding: ({ build, inputs, weights }) => build.gather(weights.get('embeddings'), build.cast(inputs[0]!, 'int32')),
  Masking: (given) => {
    const seen = placesSeen(given);
    return given.build.binary('mul', given.inputs[0]!, given.build.reshape(seen, [null, seen.shape[1]!, 1]));
  },
  PositionEmbedding: (given) => {
    const table = given.weights.read('embeddings');
    const [length, dim] = [given.inputs[0]!.shape[1]!, table.shape[1]!];
    const values = table.values.slice(0, length * dim);
    return added(given, given.build.weight('embeddings', { ...table, values, shape: [length, dim] }));
  },
  SinePositionEncoding: (given) => {
    const [length, dim] = given.inputs[0]!.shape.slice(1) as [number, number];
    const waves = sinusoids(length, dim, (given.config['maxWavelength'] as number | undefined) ?? 10_000);
    return added(given, given.build.constant(waves, [length, dim]));
  },
  SegmentEmbedding: (given) => {
    const { build, inputs, weights } = given;
    if (inputs[1] !== undefined) {
      return added(given, build.gather(weights.get('embeddings'), build.cast(inputs[1], 'int32')));
    }
    const table = weights.read('embeddings');
    const [, dim] = table.shape as [number, number];
    return added(given, build.weight('embeddings', { ...table, values: table.values.slice(0, dim), shape: [dim] }));
  },
  FirstPlace: ({ build, inputs }) => {
    const first = build.slice(inputs[0]!, { axis: 1, begin: 0, end: 1 });
    return build.reshape(first, [null, first.shape[2]!]);
  },
  MaskedGlobalAveragePooling1D: maskedMean,
  GlobalAveragePooling1D: ({ build, inputs }) => build.reduce('mean', inputs[0]!, { axes: [1], keep: false }),
};
