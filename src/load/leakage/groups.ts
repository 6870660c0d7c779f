export type Group<Item> = readonly [Item, ...Item[]];

/** Items with the same key together, in the order of their first ones. */
export const groups = <Item>(items: readonly Item[], keyOf: (item: Item) => unknown): readonly Group<Item>[] => {
  const found = new Map<unknown, [Item, ...Item[]]>();
  for (const item of items) {
    const group = found.get(keyOf(item));
    if (group === undefined) found.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...found.values()];
};
