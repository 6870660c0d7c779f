import type { AugmentPolicy } from '../dataset.ts';
import type { Examples } from '../examples.ts';
import { factsOf, type TransformName } from './catalogue.ts';
import { mixturesOf } from './mix.ts';
import { alterRow } from './row.ts';

/** One way in which a preview alters its rows. */
export interface Version {
  readonly label: string;
  readonly policy: AugmentPolicy;
  readonly epoch: number;
}

/** Each transform alone and without chance, then all of the policy in each of the epochs. */
export const versionsOf = (policy: AugmentPolicy, epochs: readonly number[]): Version[] => {
  const { transforms, own } = policy;
  const alone = transforms.map((transform): Version => {
    const { name, amount } = transform;
    const changes = { transforms: [{ ...transform, probability: 1 }], own: [] };
    return { label: factsOf(name as TransformName).words(amount), policy: { ...policy, ...changes }, epoch: 1 };
  });
  const ownAlone = own.map((each): Version => {
    // The same object, unless its chance is another: so its code is loaded once.
    const certain = each.probability === 1 ? each : { ...each, probability: 1 };
    return { label: each.file, policy: { ...policy, transforms: [], own: [certain] }, epoch: 1 };
  });
  return [...alone, ...ownAlone, ...epochs.map((epoch) => ({ label: `all, epoch ${epoch}`, policy, epoch }))];
};

/** The features of all examples in a version; rows are mixed with each other. */
export const featuresIn = (examples: Examples, { policy, epoch }: Version): Float32Array => {
  const { ids, rows, featureShape: shape } = examples;
  const alter = alterRow(policy, { shape, epoch, pool: examples });
  const size = examples.features.length / rows;
  const rowAt = (row: number): Float32Array => {
    const values = examples.features.slice(row * size, (row + 1) * size);
    alter(values, ids[row]!);
    return values;
  };
  const features = new Float32Array(examples.features.length);
  ids.forEach((id, row) => {
    const values = rowAt(row);
    for (const { partner, apply } of mixturesOf(policy, { shape, id, epoch, rows })) apply(values, rowAt(partner));
    features.set(values, row * size);
  });
  return features;
};
