import { StageError } from '../error.ts';

/**
 * Layers of a network, as a phase names them: `"all"`; `"head"`: those that are new on a pretrained network, else those
 * named head; `"from:conv_3"`: that layer and all behind it; a name; a glob, as `"block_*"`; a number as in Keras's
 * `layers[-2]`.
 */
export type Selector = string | number;

export interface Selectable {
  /** Names of all layers that have weights, or could, in the network's order. */
  readonly names: readonly string[];
  /** Those among them that are the head. */
  readonly head: readonly string[];
}

/**
 * The names that selectors stand for.
 *
 * @param where they stand, for messages, as `phases[0].train`.
 * @throws StageError where a selector fits no layer.
 */
export const selectLayers = (
  selectors: Selector | readonly Selector[],
  layers: Selectable,
  where: string,
): ReadonlySet<string> => {
  const selected = new Set<string>();
  for (const selector of [selectors].flat()) {
    const found = selectedBy(selector, layers);
    if (found.length === 0) {
      throw new StageError(
        `params.${where}: ${JSON.stringify(selector)} fits no layer of the network`,
        `its layers are ${layers.names.join(', ')}`,
      );
    }
    for (const name of found) selected.add(name);
  }
  return selected;
};

const selectedBy = (selector: Selector, { names, head }: Selectable): readonly string[] => {
  if (typeof selector === 'number') return names.at(selector) === undefined ? [] : [names.at(selector)!];
  if (selector === 'all') return names;
  if (selector === 'head') return head;
  if (selector.startsWith('from:')) {
    const first = indexOf(selector.slice('from:'.length), names);
    return first === undefined ? [] : names.slice(first);
  }
  const pattern = patternOf(selector);
  return names.filter((name) => pattern.test(name));
};

/** By name, else by number. */
const indexOf = (place: string, names: readonly string[]): number | undefined => {
  const named = names.indexOf(place);
  if (named !== -1) return named;
  if (!/^-?\d+$/.test(place)) return undefined;
  const index = Number(place) < 0 ? names.length + Number(place) : Number(place);
  return index >= 0 && index < names.length ? index : undefined;
};

/** `*` stands for any characters, `?` for one. */
const patternOf = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replace(/[\\^$.+()[\]{}|/]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'u',
  );
