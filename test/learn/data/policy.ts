import { type TransformName, transformNames } from '../../../src/learn/data/augment/catalogue.ts';
import type { AugmentPolicy } from '../../../src/learn/data/dataset.ts';

/** A policy of transforms by their amounts, each applied to every row unless `changes.transforms` says otherwise. */
export const policyOf = (
  amounts: Partial<Record<TransformName, number | 'horizontal' | 'vertical'>>,
  changes: Partial<AugmentPolicy> & { readonly probability?: number } = {},
): AugmentPolicy => {
  const { probability = 1, ...rest } = changes;
  return {
    ...{ seed: 1337, pack: null, own: [], despite: {}, fill: 'zero', outside: 0, range: null, spared: [], groups: [] },
    ...{ mask_token: null },
    transforms: transformNames.flatMap((name) => {
      const amount = amounts[name];
      return amount === undefined ? [] : [{ name, amount, probability }];
    }),
    ...rest,
  };
};
