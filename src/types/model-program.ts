import type { JsonObject } from './json.ts';

/** What is asked of the program that describes a network: as a train stage would build it. */
export interface ModelOrder {
  /** Params of the stage, defaults filled in. */
  readonly params: JsonObject;
  /** Absolute path of each dep. `train` is a data set. */
  readonly deps: Readonly<Record<string, string>>;
}

export type ModelAnswer =
  | { readonly type: 'described'; readonly model: ModelDescription }
  | { readonly type: 'failed'; readonly message: string; readonly hint?: string };

/** A network before it is trained. */
export interface ModelDescription {
  readonly layers: readonly DescribedLayer[];
  readonly parameters: ParameterCounts;
  readonly flops: Flops;
  readonly memory: TrainingMemory;
  /** What the architecture linter finds, the gravest first. */
  readonly findings: readonly LintFinding[];
}

export interface DescribedLayer {
  readonly name: string;
  /** Its class, by Keras's name. */
  readonly kind: string;
  /** Of one example. */
  readonly outputShape: readonly number[];
  readonly parameters: ParameterCounts;
  /** Floating-point operations of one example, forward; null: the formula for this class is not known. */
  readonly flops: number | null;
}

/** How many numbers a network consists of. */
export interface ParameterCounts {
  /** Moved by gradients. */
  readonly trainable: number;
  /** All others: of frozen layers, and statistics. */
  readonly frozen: number;
}

/** Floating-point operations of one example, forward. */
export interface Flops {
  readonly forward: number;
  /** Layers that are not counted, since no formula for their class is known: `forward` is a lower bound then. */
  readonly uncounted: readonly string[];
}

/** What a training step needs at least, in bytes. */
export interface TrainingMemory {
  readonly batchSize: number;
  readonly weights: number;
  readonly gradients: number;
  /** What the optimizer remembers. */
  readonly slots: number;
  /** The batch's features, and outputs of layers that the way back needs. */
  readonly activations: number;
  /** Sum of these. */
  readonly total: number;
}

/** What speaks against an architecture on its data. */
export interface LintFinding {
  /** The rule's name. */
  readonly id: string;
  /** `error`: it cannot become what it is trained for; training is refused. `warning`: it will do worse than it could. */
  readonly severity: 'error' | 'warning';
  /** What was seen, with names and numbers. */
  readonly evidence: string;
  /** What mends it. */
  readonly remedy: string;
  /** Why the user lets it be; absent where nobody said so. */
  readonly ignored?: string;
}
