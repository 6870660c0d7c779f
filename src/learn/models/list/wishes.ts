import type { InputWish } from '../../data/inputs.ts';
import { StageError } from '../../error.ts';
import type { CutParams } from '../cut.ts';
import type { ModelParams } from '../presets.ts';
import { namesOf } from './arrange.ts';

/**
 * The inputs that a network names: undefined for a preset, and for a list with one input that takes all features.
 *
 * @throws StageError where one has a number as its name.
 */
export const inputWishesOf = (params: ModelParams | CutParams): readonly InputWish[] | undefined => {
  if (!('layers' in params)) return undefined;
  const names = namesOf(params.layers);
  const wishes = params.layers.flatMap((item, at): InputWish[] => {
    if (item.type !== 'Input') return [];
    const columns = item['columns'] as readonly string[] | undefined;
    return [{ name: names[at]!, ...(columns === undefined ? {} : { columns }) }];
  });
  const isPlain = wishes.length === 0 || (wishes.length === 1 && wishes[0]!.columns === undefined);
  if (isPlain) return undefined;
  const number = wishes.find(({ name }) => /^\d+$/.test(name));
  if (number === undefined) return wishes;
  throw new StageError(`an input is called "${number.name}", and a number is no name`, 'begin it with a letter');
};
