import type { AugmentPolicy, Column, DatasetManifest, TargetScaling } from '../../types/generated/dataset.ts';
import { StageError } from '../error.ts';
import { own } from '../own.ts';
import { featuresOf } from './features.ts';
import { type InputPart, type InputWish, packInputs } from './inputs.ts';
import { columnOf, type LabelData, type NumberData, type Rows, rowCount, weightsOf } from './rows.ts';
import { packTags, tagColumn } from './tags.ts';
import { packTargets, type TargetPart } from './target-parts.ts';
import { categoriesOf, numbersOf } from './target-values.ts';
import { isTarget, targetNames } from './targets.ts';
import { listed } from './words.ts';

export { decode } from './decode.ts';

/** A data set in memory, model-ready. */
export interface Examples {
  readonly ids: readonly string[];
  readonly rows: number;
  /** [28, 28, 1] for one tensor feature; [k] for k numeric columns, in column order; [width] for several inputs. */
  readonly featureShape: readonly number[];
  readonly featureNames: readonly string[];
  /** rows × product(featureShape), encodings applied. */
  readonly features: Float32Array;
  /** Where a network names its inputs: what each takes of a row of features, one after the other. */
  readonly inputs?: readonly InputPart[] | undefined;
  /** Class indices (category) or values (number); empty when there is no target; [rows, width] where there are `targets`. */
  readonly target: Int32Array | Float32Array;
  /** Its name, or those of several with commas; null where there is none. */
  readonly targetName: string | null;
  /** null: regression, no target, or `targets` tells of them. */
  readonly classes: readonly string[] | null;
  /** Where the target is not one category or one number: each target, and where it stands in a row of `target`. */
  readonly targets?: readonly TargetPart[] | undefined;
  /** To be applied per row and epoch while training. */
  readonly augment: AugmentPolicy | null;
  /** How values of the target become the original ones; absent where they are. */
  readonly scaling?: TargetScaling | undefined;
  /** What a row of each class counts for in training, [classes]; of lists of labels, a label that is there; absent: all alike. */
  readonly classWeights?: readonly number[] | undefined;
  /** What each row counts for in training, [rows], 0 or more; absent: all alike. */
  readonly weights?: Float32Array | undefined;
  /** Where the features are ids of tokens: how many ids there are; 0 pads. */
  readonly vocabulary?: number | undefined;
}

/** What is wanted of a data set, beyond one input and one target that is a category or a number. */
export interface Wanted {
  /** The inputs of a network, where it names them. */
  readonly inputs?: readonly InputWish[] | undefined;
  /** `any`: several targets, lists of labels and tensors too. Absent: who loads them cannot do with these. */
  readonly targets?: 'any';
}

/**
 * The rows of a data set as a model takes them.
 *
 * @param parts all rows, in order.
 * @throws StageError where a feature is no number, a value is missing, tensors and columns are mixed, or the target is not
 * what is wanted.
 */
export const examplesOf = (manifest: DatasetManifest, parts: readonly Rows[], wanted: Wanted = {}): Examples => {
  const { rows, columns } = manifest;
  const features = columns.filter(({ name }) => !isTarget(manifest.target, name));
  const targets = targetNames(manifest.target).flatMap((name) => columns.find((column) => column.name === name) ?? []);
  const { inputs, ...taken } =
    wanted.inputs === undefined
      ? { ...featuresOf(features, parts, { rows, hint: mixedHint }), inputs: undefined }
      : packInputs(features, parts, { rows, wishes: wanted.inputs });
  return {
    ids: parts.flatMap(({ ids }) => ids),
    rows,
    ...taken,
    ...(inputs === undefined ? {} : { inputs }),
    ...targetOf(targets, parts, { rows, wanted, features }),
    targetName: targets.length === 0 ? null : targets.map(({ name }) => name).join(', '),
    augment: manifest.augment ?? null,
    classWeights: classWeightsOf(manifest, targets),
    weights: manifest.row_weights === undefined ? undefined : rowWeightsOf(parts, rows),
  };
};

const mixedHint =
  'choose with the params columns of ingest, or give train a list of layers with an Input for each: { "type": "Input", "name": … }';

type Targets = Pick<Examples, 'target' | 'classes' | 'scaling' | 'targets'>;

const targetOf = (
  targets: readonly Column[],
  parts: readonly Rows[],
  { rows, wanted, features }: { readonly rows: number; readonly wanted: Wanted; readonly features: readonly Column[] },
): Targets => {
  const [target, ...others] = targets;
  if (target === undefined) return { target: new Float32Array(0), classes: null, scaling: undefined };
  const data = parts.map(columnOf(target.name));
  if (others.length === 0 && target.kind === 'category') {
    const { categories: classes } = target;
    return { target: categoriesOf(target, data as LabelData[], rows), classes, scaling: undefined };
  }
  if (others.length === 0 && target.kind === 'number') {
    return { target: numbersOf(target, data as NumberData[], rows), classes: null, scaling: target.scaling };
  }
  if (wanted.targets !== 'any') throw notOnePlain(targets);
  const tags = tagColumn(targets);
  const packed = tags === undefined ? packTargets(targets, parts) : packTags(tags, features, parts);
  return { target: packed.target, classes: null, scaling: undefined, targets: packed.parts };
};

const notOnePlain = ([target, ...others]: readonly Column[]): StageError =>
  others.length > 0
    ? new StageError(
        `there are ${others.length + 1} targets, ${listed([target!, ...others].map(({ name }) => name))}, and one is needed here`,
        'give it a data set with one of them in ingest.target',
      )
    : new StageError(
        `the target "${target!.name}" ${whatIs(target!)}, and one category or number is needed here`,
        target!.kind === 'labels' || target!.kind === 'tensor' ? 'train takes it; this stage does not' : undefined,
      );

const whatIs = (target: Column): string => {
  if (target.kind !== 'labels') return `is a ${target.kind}`;
  return target.each === undefined ? 'is a list of labels' : `has a tag for each word of "${target.each}"`;
};

const classWeightsOf = (
  { weights }: DatasetManifest,
  [target, ...others]: readonly Column[],
): readonly number[] | undefined =>
  weights === undefined || others.length > 0 || (target?.kind !== 'category' && target?.kind !== 'labels')
    ? undefined
    : target.categories.map((label) => own(weights, label) ?? 1);

/** Undefined where all are alike: then their weighted mean is the mean. */
const rowWeightsOf = (parts: readonly Rows[], rows: number): Float32Array | undefined => {
  const weights = new Float32Array(rows);
  let at = 0;
  for (const part of parts) {
    weights.set(weightsOf(part), at);
    at += rowCount(part);
  }
  if (weights.some((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY))) {
    throw new StageError('there are rows whose weight is no number from 0 on', 'give each row one in its source');
  }
  const [first] = weights;
  if (!weights.every((weight) => weight === first)) return weights;
  if (first !== 0) return undefined;
  throw new StageError('no row counts: all have the weight 0', 'give some rows a weight above 0');
};
