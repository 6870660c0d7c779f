import { StageError } from '../error.ts';
import { examples } from './rules.ts';
import type { Layout, Weights } from './weights.ts';

/**
 * Which axes the kernels of a file have: what the file says, else what its names betray.
 *
 * @throws StageError where neither tells.
 */
export const layoutOf = ({ layout, tensors }: Weights): Layout => {
  const names = [...tensors.keys()];
  if (layout !== null) return layout;
  if (names.some((name) => name.endsWith('.weight'))) return 'pytorch';
  if (names.some((name) => name.endsWith('/kernel') || name.endsWith('/kernel:0'))) return 'keras';
  throw new StageError(
    `the file does not say whether its kernels are Keras's or PyTorch's, and its names do not tell: ${examples(names)}`,
    'say it by pretrained.layout',
  );
};
