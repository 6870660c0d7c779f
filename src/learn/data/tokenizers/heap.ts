/** A binary heap: what comes first by `before` is taken first. */
export interface Heap<Item> {
  push(item: Item): void;
  pop(): Item | undefined;
}

/** @param before whether the first comes before the second; for equal ones either answer will do. */
export const heapOf = <Item>(before: (a: Item, b: Item) => boolean): Heap<Item> => {
  const items: Item[] = [];
  const swap = (a: number, b: number): void => {
    [items[a], items[b]] = [items[b]!, items[a]!];
  };
  const sink = (start: number): void => {
    for (let at = start; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let first = at;
      if (left < items.length && before(items[left]!, items[first]!)) first = left;
      if (right < items.length && before(items[right]!, items[first]!)) first = right;
      if (first === at) return;
      swap(at, first);
      at = first;
    }
  };
  return {
    push: (item) => {
      items.push(item);
      for (let at = items.length - 1; at > 0; ) {
        const parent = (at - 1) >> 1;
        if (!before(items[at]!, items[parent]!)) return;
        swap(at, parent);
        at = parent;
      }
    },
    pop: () => {
      const [first] = items;
      const last = items.pop();
      if (items.length > 0) {
        items[0] = last!;
        sink(0);
      }
      return first;
    },
  };
};
