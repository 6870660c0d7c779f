import type { AugmentPolicy } from '../../../types/generated/dataset.ts';
import { factsOf, type TransformName } from './catalogue.ts';

/** As "shift 2, horizontal flip, noise 0.1, rain.ts with chance 0.5": chances where they are not the usual ones. */
export const described = ({ transforms, own }: Pick<AugmentPolicy, 'transforms' | 'own'>): string =>
  [
    ...transforms.map(({ name, amount, probability }) => {
      const { words, probability: usual } = factsOf(name as TransformName);
      return words(amount) + chance(probability, usual);
    }),
    ...own.map(({ file, probability }) => file + chance(probability, 1)),
  ].join(', ');

const chance = (probability: number, usual: number): string =>
  probability === usual ? '' : ` with chance ${probability}`;
