import { StageError } from '../../error.ts';
import { type LayerItem, type ListParams, plainName } from './items.ts';

/** A layer at its place in the network. */
export interface Placed {
  readonly item: LayerItem;
  readonly name: string;
  /** Names of layers before it; none: it takes the features. */
  readonly inputs: readonly string[];
  /** What people are told it is. */
  readonly title: string;
}

export interface Arranged {
  readonly layers: readonly Placed[];
  /** Names of the layers whose outputs are the network's, before any head. */
  readonly outputs: readonly string[];
}

/** What of a list says how its layers hang together; whether there is a head on them too, unless it says otherwise. */
export type Arranging = Pick<ListParams, 'layers' | 'outputs'> & { readonly head?: boolean };

/**
 * The layers of a list with their names and inputs.
 *
 * @throws StageError with all mistakes at once: names twice, inputs that are none, layers that lead nowhere.
 */
export const arrange = ({ layers, outputs, head }: Arranging): Arranged => {
  const names = namesOf(layers);
  const placed = layers.map((item, index) => placedAt(item, index, names));
  const ends = outputs ?? [names.at(-1)!];
  const mistakes = [
    ...placed.flatMap((one, index) => mistakesOf(one, index, names)),
    ...(head === false ? [] : placed.filter(({ name }) => name === 'head').map(taken)),
    ...ends.filter((name) => !names.includes(name)).map((name) => `outputs: there is no layer "${name}"`),
  ];
  const lost = mistakes.length > 0 ? [] : placed.filter(({ name }) => !leadsTo(ends, placed).has(name));
  const all = [
    ...mistakes,
    ...lost.map(({ title }) => `${title} leads nowhere: no layer takes it, and it is no output`),
  ];
  if (all.length === 0) return { layers: placed, outputs: ends };
  throw new StageError(
    `the list of layers does not fit together: ${all.join('; ')}`,
    `its layers are ${names.map((name) => `"${name}"`).join(', ')}; "inputs" names those above, "outputs" any`,
  );
};

/** Given names, else the type and its number among those without. */
const namesOf = (layers: readonly LayerItem[]): readonly string[] => {
  const given = new Set(layers.flatMap(({ name }) => name ?? []));
  const counts = new Map<string, number>();
  return layers.map(({ type, name }) => {
    if (name !== undefined) return name;
    for (;;) {
      const number = (counts.get(type) ?? 0) + 1;
      counts.set(type, number);
      const made = `${plainName(type)}_${number}`;
      if (!given.has(made)) return made;
    }
  });
};

const placedAt = (item: LayerItem, index: number, names: readonly string[]): Placed => {
  const name = names[index]!;
  const before = item.type === 'Input' || index === 0 ? [] : [names[index - 1]!];
  const inputs = item.inputs === undefined ? before : [item.inputs].flat();
  return { item, name, inputs, title: `layer ${index + 1}, "${name}" (${item.type})` };
};

const mistakesOf = ({ item, name, inputs, title }: Placed, index: number, names: readonly string[]): string[] => {
  const above = names.slice(0, index);
  return [
    ...(above.includes(name) ? [`${title} has the name of another`] : []),
    ...(name === 'features' ? [taken({ name, title })] : []),
    ...inputs
      .filter((input) => !above.includes(input))
      .map((input) => `${title} takes "${input}", which is no layer above it`),
    ...(merging.has(item.type) && inputs.length < 2 ? [`${title} merges, and needs two inputs at least`] : []),
    ...(!merging.has(item.type) && item.type !== 'MultiHeadAttention' && inputs.length > 1
      ? [`${title} takes one input, not ${inputs.length}`]
      : []),
    ...(item.type === 'Dot' && inputs.length > 2 ? [`${title} takes two inputs, not ${inputs.length}`] : []),
    ...(item.type === 'MultiHeadAttention' && inputs.length > 3
      ? [`${title} takes a query, a value and a key, not ${inputs.length} inputs`]
      : []),
  ];
};

/** The names of layers that are added to those of a list are `features`, and `head` where there is one. */
const taken = ({ name, title }: Pick<Placed, 'name' | 'title'>): string =>
  `${title}: the name "${name}" is taken by the runner`;

const merging = new Set(['Add', 'Average', 'Maximum', 'Minimum', 'Multiply', 'Concatenate', 'Dot']);

/** Names of the layers from which an output is computed, the outputs among them. */
const leadsTo = (outputs: readonly string[], placed: readonly Placed[]): ReadonlySet<string> => {
  const used = new Set(outputs);
  for (const { name, inputs } of placed.toReversed()) if (used.has(name)) for (const input of inputs) used.add(input);
  return used;
};
