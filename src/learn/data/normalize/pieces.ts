import type { FittedPieces } from '../../../types/generated/fitted.ts';
import { dataOf, type Output } from '../fitted/output.ts';
import type { LabelData } from '../rows.ts';
import { encoderOf, writeRow } from '../tokenizers/encode.ts';

/** The tensor of ids (int32) that comes of a text. */
export const piecesOutput = ({ name, size, tokenizer }: FittedPieces): Output => {
  const encode = encoderOf(tokenizer);
  // A network that is told of the ids takes 0 for padding.
  const known = tokenizer.pad === 0 ? { vocabulary: tokenizer.vocabulary.length } : {};
  return {
    way: 'tensor',
    column: { name, kind: 'tensor', dtype: 'int32', shape: [size], ...known },
    reads: name,
    compute: (columns) => {
      const texts = (dataOf(columns, name) as LabelData).values;
      const values = new Int32Array(texts.length * size);
      texts.forEach((text, row) => {
        writeRow(encode(text ?? ''), values.subarray(row * size, (row + 1) * size), tokenizer);
      });
      return { kind: 'tensor', shape: [size], values };
    },
  };
};
