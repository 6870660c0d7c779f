import type { Json } from '../../../types/json.ts';

/** A layer of a list as stage.json declares it: its type and params by Keras's names. */
export interface LayerItem {
  readonly type: string;
  /** Absent: the type and a number. */
  readonly name?: string;
  /** Names of layers above it; absent: the one just above. */
  readonly inputs?: string | readonly string[];
  readonly [param: string]: Json | undefined;
}

/** A network as a list of layers. */
export interface ListParams {
  readonly layers: readonly LayerItem[];
  /**
   * Names of the layers that heads stand on, or that are the outputs, in the order of the targets or by these; absent: the
   * last layer, or, of several targets without heads of ours, the layers of their names.
   */
  readonly outputs?: readonly string[] | Readonly<Record<string, string>>;
  /** Whether a dense layer for the target is added. */
  readonly head: boolean;
}

/** What a network has to take and to give. */
export interface NetworkShape {
  /** Of one example, as [28, 28, 1] or [4]. */
  readonly features: readonly number[];
  /** Number of classes, or 1 for a number; of each output, where there are several. */
  readonly outputs: number | readonly number[];
  /** Where the target has a tag for each step: how many steps there are; `outputs` are those of each. */
  readonly steps?: number | undefined;
  /** Of several targets their names, in the order of `outputs`. */
  readonly targets?: readonly string[] | undefined;
  /** Where the features are ids of tokens: how many ids there are; 0 pads. */
  readonly vocabulary?: number | undefined;
  /** Where there are several inputs: each by its name, in their order. `features` counts for nothing then. */
  readonly inputs?: Readonly<Record<string, InputShape>> | undefined;
}

export type InputShape = Pick<NetworkShape, 'features' | 'vocabulary'>;

/** The type as TypeScript's own snake case has it: `Conv2D` → `conv2d`. */
export const plainName = (type: string): string => type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
