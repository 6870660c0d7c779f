import type { Evaluation } from '../../src/types/generated/evaluation.ts';

/** What a report is made from; what is absent is not shown. */
export interface ReportInputs {
  readonly history: History | undefined;
  readonly evaluation: Evaluation | undefined;
  readonly preview: Preview | undefined;
}

export interface History {
  readonly format: 'stemma-history-v1';
  readonly epochs: readonly Readonly<Record<string, number | null>>[];
  readonly best: { readonly epoch: number; readonly monitor: string; readonly mode: 'min' | 'max'; readonly value: number };
  readonly stopped: 'finished' | 'early';
}

export interface Preview {
  readonly format: 'stemma-preview-v1';
  readonly kind: 'image' | 'table';
  readonly image?: string;
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
  readonly caption: string;
}
