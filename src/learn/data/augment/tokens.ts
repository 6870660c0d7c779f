import type { Stream } from '../../random.ts';
import type { TensorData } from '../safetensors.ts';

export interface Tokens {
  /** Chance for each word, in [0, 1]. */
  readonly amount: number;
  readonly random: Stream;
}

/** Padding, which is no word. */
const padding = 0;

/**
 * Puts the id `mask` in the place of each word with the chance `amount`, in place; padding (id 0) stays.
 *
 * @see M. Iyyer et al.: Deep Unordered Composition Rivals Syntactic Methods, ACL 2015 (word dropout).
 */
export const dropTokens = (values: TensorData, { amount, random, mask }: Tokens & { readonly mask: number }): void => {
  for (let at = 0; at < values.length; at += 1) {
    const drops = random.next() < amount;
    if (drops && values[at] !== padding) values[at] = mask;
  }
};

/** Exchanges each word with the next with the chance `amount`, in place; a word moves at most once. */
export const swapTokens = (values: TensorData, { amount, random }: Tokens): void => {
  for (let at = 0; at + 1 < values.length; at += 1) {
    const swaps = random.next() < amount;
    const [word, next] = [values[at]!, values[at + 1]!];
    if (!swaps || word === padding || next === padding) continue;
    values[at] = next;
    values[at + 1] = word;
    at += 1;
  }
};
