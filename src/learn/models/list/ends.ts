import { StageError } from '../../error.ts';
import { namesOf } from './arrange.ts';
import type { ListParams, NetworkShape } from './items.ts';

/** What of a list says how it ends. */
export type Ending = Pick<ListParams, 'layers' | 'outputs'> & { readonly head?: boolean };

/**
 * Names of the layers that a list ends with, one for each target; undefined where it is the last one.
 *
 * @throws StageError where a target has none.
 */
export const endsOf = (
  { layers, outputs, head = false }: Ending,
  { targets }: NetworkShape,
): readonly string[] | undefined => {
  if (outputs !== undefined && !isList(outputs)) return byTarget(outputs, targets);
  if (outputs !== undefined || targets === undefined) return outputs;
  const named = targets.filter((target) => layers.some(({ name }) => name === target));
  if (named.length === targets.length) return targets;
  if (head) return targets.map(() => namesOf(layers).at(-1)!);
  throw new StageError(
    `the network has no heads for the targets ${listed(targets)}`,
    '"head": true adds one for each; or give each a layer of its name, or say in "outputs" which is whose',
  );
};

const isList = (outputs: NonNullable<ListParams['outputs']>): outputs is readonly string[] => Array.isArray(outputs);

const byTarget = (
  outputs: Readonly<Record<string, string>>,
  targets: NetworkShape['targets'],
): readonly string[] | undefined => {
  const names = Object.keys(outputs);
  if (targets === undefined) {
    throw new StageError('"outputs" names targets, and the data set has one', 'give a list with the name of the layer');
  }
  const missing = targets.filter((target) => !names.includes(target));
  const unknown = names.filter((name) => !targets.includes(name));
  if (missing.length + unknown.length === 0) return targets.map((target) => outputs[target]!);
  throw new StageError(
    missing.length > 0
      ? `"outputs" has no layer for the target ${listed(missing)}`
      : `"outputs" names ${listed(unknown)}, which is no target`,
    `targets are ${listed(targets)}`,
  );
};

const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
