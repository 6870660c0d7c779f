import type { BackendChoice } from './stage.ts';

/** What a backend says of itself when it is started in a process of its own; where it does not start, why. */
export type Probe =
  | {
      readonly works: true;
      readonly version: string;
      /** `cpu` where the processor plays a GPU. */
      readonly device: BackendChoice['device'];
      /** What a person would call the device, as `NVIDIA H100`. */
      readonly described?: string;
    }
  | { readonly works: false; readonly why: string };
