/** What is used of WebAssembly: TypeScript's library without the DOM knows nothing of it. */
interface Used {
  readonly Memory: new (size: { initial: number; maximum?: number; shared?: boolean }) => Memory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Exports };
}

/** A `WebAssembly.Memory`. */
export interface Memory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
}

export type Exports = Readonly<Record<string, (...args: readonly number[]) => void>>;

export const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Used };
