import type { Quantization } from './quantize.ts';

export type Format = 'layers' | 'onnx' | 'saved-model';

/** A format that a model is written in, and how its weights stand there. */
export interface Variant {
  /** Of its folder: `onnx`, `layers-uint8`. */
  readonly name: string;
  readonly format: Format;
  readonly quantization: Quantization | undefined;
}

/** Each format with its weights as they are, then in fewer bytes; a SavedModel has them as they are alone. */
export const variantsOf = (formats: readonly Format[], quantize: readonly Quantization[]): readonly Variant[] =>
  formats.flatMap((format) => [
    { name: format, format, quantization: undefined },
    ...(format === 'saved-model'
      ? []
      : quantize.map((kind) => ({ name: `${format}-${kind}`, format, quantization: kind }))),
  ]);
