import type { Constant, GraphNode, Kind, ValueName } from './graph.ts';
import type { NativeBinding } from './native.ts';

/** What a rule can ask of the nodes before the one at hand. */
export interface Before {
  readonly binding: NativeBinding;
  kind(value: ValueName): Kind;
  node(value: ValueName): GraphNode | undefined;
  constant(value: ValueName): Constant | undefined;
}

/**
 * What stands in the place of a node: other nodes, of which the last bears its name and has its outputs; or a value that
 * is there already. Undefined: the node stays.
 */
export type Rule = (node: GraphNode, before: Before) => readonly GraphNode[] | ValueName | undefined;
