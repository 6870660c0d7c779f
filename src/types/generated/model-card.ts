/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What people have to know of a model before they use it: card.json of the stage type export; card.md says the same. Beside what users say in the params, all of it is read from the stage's deps.
 */
export interface ExportedModelCard {
  /**
   * Format and version of this file.
   */
  format: 'stemma-model-card-v1';
  /**
   * What the model is called.
   */
  name: string;
  /**
   * What the params say of it: summary, intended_use, out_of_scope, limits, license, contact, data.
   */
  said: {
    [k: string]: string | string[];
  };
  /**
   * What it predicts.
   */
  answers: {
    /**
     * Name of the column.
     */
    target: string;
    /**
     * `classes`: one of them. `labels`: any number of them. `tags`: one for each word. `number`.
     */
    kind: 'classes' | 'labels' | 'tags' | 'number';
    /**
     * The classes, labels or tags in the order of the probabilities; null for a number.
     */
    classes: string[] | null;
    decision?: CardDecision;
  };
  /**
   * What it takes.
   */
  takes: {
    /**
     * Names of the features as the network takes them.
     */
    features: string[];
    /**
     * Shape of one example's features.
     */
    shape: number[];
    /**
     * The raw columns that the features are made of; empty where what was fitted is not known.
     */
    raw: RawColumn[];
  };
  /**
   * The network.
   */
  network: {
    /**
     * Number of weights.
     */
    parameters: number;
    /**
     * How many layers there are of each kind.
     */
    layers: {
      [k: string]: number;
    };
  };
  /**
   * What was fitted on train, step by step, in words.
   */
  preparation: string[];
  /**
   * What it reached on examples that it was not trained on; absent without the dep evaluation.
   */
  evaluation?: {
    /**
     * How many.
     */
    rows: number;
    /**
     * The metrics by name.
     */
    metrics: {
      [k: string]: CardMetric;
    };
  };
  /**
   * How it was trained; absent without the dep history.
   */
  training?: {
    /**
     * Epochs that were trained.
     */
    epochs: number;
    /**
     * The epoch whose weights it has.
     */
    kept: number;
    /**
     * What was monitored.
     */
    monitor: string;
    /**
     * That, in the best epoch.
     */
    value: number;
  };
  /**
   * The formats that it is exported in.
   */
  variants: CardVariant[];
  /**
   * What spoke against the network on its data, in words.
   */
  findings: string[];
  /**
   * Digests of what the export was made from, by dep: `stemma trace` finds each of them.
   */
  made_from: {
    [k: string]: string;
  };
}
/**
 * From which probability on answers are taken, where the evaluation has chosen it; absent: the most probable one, or labels from 0.5 on.
 */
export interface CardDecision {
  /**
   * Of the one class that is held against all others, or of each label.
   */
  thresholds: CardThreshold[];
  /**
   * The metric that they were chosen for.
   */
  metric: string;
  /**
   * Whether less or more of it is better.
   */
  mode: 'min' | 'max';
  /**
   * Number of validation examples that they were chosen by.
   */
  rows: number;
}
export interface CardThreshold {
  /**
   * The class, or the label.
   */
  answer: string;
  /**
   * From this probability on it is taken.
   */
  value: number;
}
/**
 * A raw column.
 */
export interface RawColumn {
  /**
   * Its name.
   */
  name: string;
  /**
   * Kind of its values.
   */
  kind: string;
  /**
   * Of a category: the labels that were known.
   */
  categories?: string[];
  /**
   * Of a tensor: the shape of one row.
   */
  shape?: number[];
}
/**
 * A metric.
 */
export interface CardMetric {
  /**
   * Its value.
   */
  value: number;
  /**
   * Lower bound of its 95 % interval.
   */
  low?: number;
  /**
   * Upper bound of its 95 % interval.
   */
  high?: number;
  /**
   * The same metric of the baseline that looks at no feature.
   */
  baseline?: number;
}
/**
 * A format and what it takes and gives.
 */
export interface CardVariant {
  /**
   * Name of its folder.
   */
  name: string;
  /**
   * Bytes of its files.
   */
  bytes: number;
  /**
   * Its inputs; empty for a layers model, which is called by its network's.
   */
  inputs: CardPort[];
  /**
   * Its outputs.
   */
  outputs: CardPort[];
  /**
   * To what the model itself says; null where there was no sample.
   */
  largest_difference: number | null;
}
/**
 * An input or an output.
 */
export interface CardPort {
  /**
   * Its name.
   */
  name: string;
  /**
   * Type of its elements.
   */
  dtype: string;
  /**
   * Its shape; null: the batch.
   */
  shape: (number | null)[];
}
