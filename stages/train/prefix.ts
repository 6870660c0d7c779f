import type { Examples } from '../../src/learn/data/examples.ts';
import { type Prefix, readPrefix } from '../../src/learn/embed/prefix.ts';
import { StageError } from '../../src/learn/error.ts';
import type { StageContext } from '../../src/types/stage.ts';

/**
 * The frozen layers that the features came from, where they are given.
 *
 * @throws StageError where the features came from others.
 */
export const prefixFor = async (
  { deps }: Pick<StageContext, 'deps'>,
  { featureNames }: Examples,
): Promise<Prefix | undefined> => {
  if (deps['prefix'] === undefined) return undefined;
  const prefix = await readPrefix(deps['prefix']);
  const { column } = prefix.card;
  if (featureNames.length === 1 && featureNames[0] === column) return prefix;
  throw new StageError(
    `dep prefix makes the feature "${column}", and dep train has ${featureNames.map((name) => `"${name}"`).join(', ')}`,
    'take train, validation and prefix from the same embed stage',
  );
};
