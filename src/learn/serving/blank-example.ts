import { elementsOf } from '../data/rows.ts';
import type { Servable } from './servable.ts';

/** Features of one example, all zeros: for whoever tries what a prediction takes. */
export const blankExample = ({ card: { features } }: Pick<Servable, 'card'>) => ({
  ...{ rows: 1, featureShape: features.shape },
  features: new Float32Array(elementsOf(features.shape)),
});
