import { constantOf, type GraphNode, nodeOf, type ValueName } from './graph.ts';
import type { NativeBinding } from './native.ts';
import type { Before } from './rule.ts';
import { rules } from './rules.ts';

/**
 * Says in TensorFlow's own ops what TensorFlow.js's kernels say in several or in others; the values stay the same but
 * for rounding. TensorFlow's optimizer fuses by names: it knows a bias by BiasAdd alone.
 *
 * @param nodes in an order in which each comes after what it needs.
 */
export const rewritten = (nodes: readonly GraphNode[], binding: NativeBinding): readonly GraphNode[] => {
  const done = new Map<string, GraphNode>();
  const aliases = new Map<ValueName, ValueName>();
  const before: Before = {
    binding,
    node: (value) => done.get(nodeOf(value)),
    kind: (value) => {
      const kind = done.get(nodeOf(value))?.outputs[Number(value.slice(value.lastIndexOf(':') + 1))];
      if (kind === undefined) throw new Error(`the graph uses ${value} before it is there`);
      return kind;
    },
    constant: (value) => constantOf(done.get(nodeOf(value))),
  };
  for (const node of nodes) {
    let current: readonly GraphNode[] = [{ ...node, inputs: node.inputs.map((value) => aliases.get(value) ?? value) }];
    for (const rule of rules) {
      const last = current.at(-1)!;
      const found = rule(last, before);
      if (typeof found === 'string') {
        aliases.set(`${last.name}:0`, found);
        current = [];
        break;
      }
      if (found === undefined) continue;
      for (const each of found) done.set(each.name, each);
      current = [...current.slice(0, -1), ...found];
    }
    for (const each of current) done.set(each.name, each);
  }
  return [...done.values()];
};
