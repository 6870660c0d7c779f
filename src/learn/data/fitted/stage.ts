import { pathOf } from '../../paths.ts';
import type { SplitPaths } from './splits.ts';

/**
 * What every fitted stage has: train, perhaps validation and test, and perhaps what the stage before has fitted.
 *
 * @param context its deps and outs.
 */
export const fittedStage = ({
  deps,
  outs,
}: {
  readonly deps: Readonly<Record<string, string>>;
  readonly outs: Readonly<Record<string, string>>;
}): { readonly splits: readonly [SplitPaths, ...SplitPaths[]]; readonly before: string | undefined } => {
  const paths = (split: string): SplitPaths => ({ split, from: pathOf(deps, split), to: pathOf(outs, split) });
  const others = ['validation', 'test'].filter((split) => deps[split] !== undefined);
  return { splits: [paths('train'), ...others.map(paths)], before: deps['fitted'] };
};
