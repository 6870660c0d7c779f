import type { TensorColumn } from '../../../types/generated/dataset.ts';
import type { FittedTensor } from '../../../types/generated/fitted.ts';
import type { Output } from '../fitted/output.ts';

/** No pixel is rewritten: what stored elements mean is the column's encoding. */
export const tensorOutput = ({ method, scale, offset }: FittedTensor, column: TensorColumn): Output => {
  const row = method === 'per-image' ? 'standard' : method === 'l2' ? 'l2' : undefined;
  return { way: 'kept', column: { ...column, encoding: { scale, offset, ...(row === undefined ? {} : { row }) } } };
};
