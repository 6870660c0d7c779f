/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * A number; or one with the bounds of its 95 % confidence interval.
 */
export type CostFigure = number | CostInterval;

/**
 * What it costs to keep a model and to ask it: cost.json. Sizes are exact; times and memory were measured on one machine, and come out otherwise elsewhere, and a little otherwise the next time.
 */
export interface Cost {
  /**
   * Format and version of this file.
   */
  format: 'stemma-cost-v1';
  /**
   * Each by its name, as a gate asks for it: `size_bytes`, `parameters`, `network_ms_p50`, `network_ms_p95`, `latency_ms_p50`, `latency_ms_p95`, `memory_bytes`, `model_memory_bytes`; those of variants, with `uint8_` or `float16_` before the name; and those of the export.
   */
  metrics: {
    [k: string]: CostFigure;
  };
  /**
   * Those of the metrics that were measured, and hold for `on` alone. The others follow from the model.
   */
  measured: string[];
  on: CostMachine;
  asked: CostAsked;
}
/**
 * A number with its bounds.
 */
export interface CostInterval {
  /**
   * The number.
   */
  value: number;
  /**
   * Lower bound.
   */
  low: number;
  /**
   * Upper bound.
   */
  high: number;
}
/**
 * Where it was measured.
 */
export interface CostMachine {
  /**
   * Name of the processor, as the system tells it.
   */
  processor: string;
  /**
   * How many there are.
   */
  processors: number;
  /**
   * System and architecture, as `linux x64`.
   */
  platform: string;
  /**
   * Version of Node.
   */
  node: string;
  /**
   * What computed, as `wasm 4.22.0 (CPU, 2 threads)`.
   */
  backend: string;
}
/**
 * What the model was asked.
 */
export interface CostAsked {
  /**
   * `raw rows`: those of the dep examples; `zeros`: features that are all 0, and the network alone.
   */
  with: 'raw rows' | 'zeros';
  /**
   * How many different ones, in turns, one at a time.
   */
  rows: number;
  /**
   * Answers before anything was timed.
   */
  warm_up: number;
  /**
   * Answers that were timed.
   */
  timed: number;
}
