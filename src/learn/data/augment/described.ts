import type { AugmentPolicy } from '../../../types/generated/dataset.ts';
import { factsOf, type TransformName } from './catalogue.ts';

/** As "shift 2, horizontal flip (half of the rows), noise 0.1, rain.ts". */
export const described = ({ transforms, own }: Pick<AugmentPolicy, 'transforms' | 'own'>): string =>
  [
    ...transforms.map(({ name, amount, probability }) => {
      const usual = factsOf(name as TransformName).probability;
      return (
        factsOf(name as TransformName).words(amount) + (probability === usual ? '' : ` with chance ${probability}`)
      );
    }),
    ...own.map(({ file }) => file),
  ].join(', ');
