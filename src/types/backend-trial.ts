import type { BackendChoice, GrantedBackend } from './stage.ts';

// What is said between the runner and the program that tries a backend in a process of its own.

/** What is to be tried. */
export interface TrialOrder {
  readonly backend: GrantedBackend;
  /** Measure its speed too, which takes seconds. */
  readonly measure: boolean;
}

/** Say what adapters WebGPU finds; nothing is tried. */
export interface AdaptersOrder {
  readonly adapters: true;
}

/** Something that WebGPU could compute on. */
export interface GraphicsAdapter {
  /** As its driver calls the device: by this alone Dawn can be asked for it. */
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  /** The processor plays a GPU: never chosen by itself. */
  readonly software: boolean;
}

/** What the program says: `trained`, and then `measured` where it was asked for; `adapters`; or `failed`. */
export type TrialAnswer =
  | { readonly type: 'adapters'; readonly adapters: readonly GraphicsAdapter[] }
  | {
      readonly type: 'trained';
      readonly backend: Pick<BackendChoice, 'name' | 'version' | 'device' | 'threads'>;
      /** Kernels that the backend lacks and plain JavaScript computes. */
      readonly bridged: readonly string[];
    }
  | ({ readonly type: 'measured' } & BackendSpeed)
  | { readonly type: 'failed'; readonly message: string; readonly hint?: string };

export interface BackendSpeed {
  /** Billions of multiplications and additions a second, in the product of two square matrices. */
  readonly matMul: { readonly gflops: number; readonly size: number };
  /** The CNN of 28 × 28 images: convolutions with 32 and 64 filters, a dense layer of 128, Adam; eager steps. */
  readonly cnn: { readonly imagesPerSecond: number; readonly batch: number };
}
