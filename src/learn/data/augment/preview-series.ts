import type { SeriesPreview } from '../../../types/generated/preview.ts';
import type { Examples } from '../examples.ts';
import type { Shown } from './shown.ts';
import { featuresIn, versionsOf } from './versions.ts';

/** Series as lines: originals, each transform alone, and all together in two epochs. */
export const seriesPreview = ({ policy, rows, labels, caption }: Shown, examples: Examples): SeriesPreview => {
  const column = (label: string, features: Float32Array) => ({ label, series: linesOf(features, examples) });
  return {
    format: 'stemma-preview-v1',
    kind: 'series',
    rows: [...labels],
    ids: [...rows.ids],
    columns: [
      column('original', examples.features),
      ...versionsOf(policy, [1, 2]).map((version) => column(version.label, featuresIn(examples, version))),
    ],
    caption,
  };
};

/** So many points of a line are seen. */
const mostSteps = 200;
const mostChannels = 3;

/** By row and channel, at evenly spaced steps. */
const linesOf = (features: Float32Array, { featureShape, ids }: Examples): number[][][] => {
  const [steps, channels] = featureShape as [number, number];
  const shown = Math.min(steps, mostSteps);
  const stepAt = (at: number): number => Math.round((at * (steps - 1)) / Math.max(1, shown - 1));
  return ids.map((_, row) =>
    Array.from({ length: Math.min(channels, mostChannels) }, (_channel, channel) =>
      Array.from({ length: shown }, (_step, at) => features[(row * steps + stepAt(at)) * channels + channel]!),
    ),
  );
};
