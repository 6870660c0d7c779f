import type { SymbolicTensor } from '@tensorflow/tfjs-layers';

/**
 * What has yet to be computed of a network, each value after those that it needs; without recursion, as networks are deep.
 *
 * @param values what is there, by the id of its symbol.
 */
export const inOrder = (
  wanted: readonly SymbolicTensor[],
  values: ReadonlyMap<number, unknown>,
): readonly SymbolicTensor[] => {
  const order: SymbolicTensor[] = [];
  const entered = new Set<number>();
  const left = wanted.toReversed().map((symbol) => ({ symbol, isReady: false }));
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { symbol, isReady } = next;
    if (isReady) order.push(symbol);
    else if (!values.has(symbol.id) && !entered.has(symbol.id)) {
      entered.add(symbol.id);
      left.push({ symbol, isReady: true }, ...symbol.inputs.map((input) => ({ symbol: input, isReady: false })));
    }
  }
  return order;
};
