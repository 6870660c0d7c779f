import type { Quantization } from '../../src/learn/export/quantize.ts';
import type { Format } from '../../src/learn/export/variants.ts';

/** As stage.json declares them. */
export interface ExportParams {
  readonly formats: readonly Format[];
  readonly quantize: readonly Quantization[];
  readonly preprocessing: 'auto' | 'inside' | 'outside';
  readonly batch_size: number;
  readonly rows: number;
  readonly card: Readonly<Partial<Record<'name' | 'summary' | 'intended_use' | 'out_of_scope' | 'data' | 'license' | 'contact', string>>> & { readonly limits?: string[] }; // biome-ignore format: one type
}
