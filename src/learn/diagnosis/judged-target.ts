import type { CardTarget, ModelCard } from '../../types/generated/model.ts';
import type { Examples } from '../data/examples.ts';
import { examplesFor } from '../evaluation/choose-target.ts';
import { outputsFor } from '../models/predict.ts';

/** The one target of a model that is judged. */
export interface JudgedTarget {
  /** The examples with it alone. */
  examples(all: Examples): Examples;
  /** Of all that the network says of examples, what it says of it: [rows, outputs of the target], logits or values. */
  outputs(all: Float32Array): Float32Array;
}

/** @param chosen one of the model's targets; undefined where it has one that is a category or a number. */
export const judgedTarget = ({ targets }: ModelCard, chosen: CardTarget | undefined): JudgedTarget => ({
  examples: (all) => examplesFor(all, chosen),
  outputs: (all) => (chosen === undefined ? all : outputsFor(all, targets!, chosen)),
});
