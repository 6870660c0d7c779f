import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Column, RawRows, RawTensor, TargetScaling } from '../../types/generated/dataset.ts';
import type { Fitted } from '../../types/generated/fitted.ts';
import type { CardTarget, ModelCard } from '../../types/generated/model.ts';
import type { DecidingOrder } from '../../types/serving-program.ts';
import { readFitted } from '../data/fitted/artifact.ts';
import { transformOf } from '../data/fitted/transform.ts';
import { wayOf } from '../data/fitted/way.ts';
import { elementsOf } from '../data/rows.ts';
import { oneTarget } from '../data/targets.ts';
import { listed } from '../data/words.ts';
import { StageError } from '../error.ts';
import { readExampleForm } from '../models/example-form.ts';
import type { Model } from '../models/model.ts';
import { loadModel } from '../models/predict.ts';
import type { Decision } from './decision/decision.ts';
import { findDecision } from './decision/find.ts';
import { kindsAfter, type Wanted } from './raw-query.ts';
import { type Windowing, windowingOf } from './series.ts';

/** A model with all that it takes to answer raw rows. */
export interface Servable {
  readonly model: Model;
  readonly card: ModelCard;
  readonly raw: RawRows;
  /** null: the raw rows are what the model takes. */
  readonly fitted: Fitted | null;
  /** The model's examples: the features, without the target. */
  readonly columns: readonly Column[];
  /** Of a model of windows. */
  readonly windowing: Windowing | undefined;
  /** What a row of a table needs, with tensors beside its values; or the one tensor of a row. */
  readonly input: RawInput;
  /** How answers become values in the target's unit; undefined: they are. */
  readonly scaling: TargetScaling | undefined;
  /** Of a model of tags. */
  readonly tagged: Tagging | undefined;
  /** How its answers are taken; undefined: the most probable class or tag, or the number. */
  readonly decision: Decision | undefined;
}

/** What a model of tags tags: the words of a raw column, so many of a row at most. */
export interface Tagging {
  readonly words: string;
  readonly steps: number;
  /** Place of the ids of the words in a row of features. */
  readonly from: number;
}

/** Beside one category or number, one list of labels or numbers, or tags. */
const loadServed = async (folder: string): Promise<Model> => {
  const model = await loadModel(folder, { targets: 'any' });
  const others = model.card.targets?.filter((target, at) => at > 0 || !isServed(target)) ?? [];
  if (others.length === 0) return model;
  throw new StageError(
    `the model predicts ${listed(model.card.targets!.map(({ name, kind }) => `${name} (${kind})`))}, and one category, number, list of labels or numbers, or tags are served`,
    'train a model of one of them',
  );
};

const isServed = ({ kind, shape }: CardTarget): boolean =>
  kind === 'labels' || kind === 'tags' || (kind === 'numbers' && shape?.length === 1);

export type RawInput =
  | { readonly kind: 'values'; readonly wanted: readonly Wanted[]; readonly tensors: readonly RawTensor[] }
  | { readonly kind: 'tensor'; readonly column: RawTensor };

/**
 * Opens a model's folder for raw rows. The backend has to be started.
 *
 * @param decide by what its answers are taken; without it by what stands in the folder.
 * @throws StageError where the folder holds no model, or not all that it takes, or rows that are not served.
 */
export const openServable = async (folder: string, decide: DecidingOrder = undecided): Promise<Servable> => {
  const model = await loadServed(folder);
  const { target: targets, columns, raw } = await readExampleForm(folder);
  const target = oneTarget(targets, 'serving');
  const path = join(folder, 'fitted.json');
  const fitted = existsSync(path) ? await readFitted(path) : null;
  const features = columns.filter(({ name }) => name !== target);
  const targetColumn = columns.find(({ name }) => name === target);
  if (raw === undefined)
    throw new StageError(
      'this model does not know how its rows were read: its data set was not made by ingest',
      'a command that writes data sets can hand on "raw" of the dataset.json that it has read',
    );
  const windowing = windowingOf(raw, target);
  const ofRow = windowing?.columns ?? features;
  const absent = windowing?.params.past_target === true ? null : target;
  checkWay(fitted, ofRow, { target, absent, steps: raw.fitted ?? 0 });
  const input = inputOf(raw, fitted?.columns.filter(({ name }) => name !== absent) ?? ofRow);
  const scaling = targetColumn?.kind === 'number' || targetColumn?.kind === 'tensor' ? targetColumn.scaling : undefined;
  const tagged = taggedBy(targetColumn, model.card);
  const decision = await findDecision(folder, model.card, decide);
  return { model, card: model.card, raw, fitted, columns: features, windowing, input: optional(input, { raw, fitted, past: absent === null }), scaling, tagged, decision }; // biome-ignore format: one line
};

const undecided: DecidingOrder = { thresholds: [], evaluations: [] };

const taggedBy = (column: Column | undefined, { targets, inputs }: ModelCard): Tagging | undefined => {
  const target = targets?.find(({ kind }) => kind === 'tags');
  if (column?.kind !== 'labels' || column.each === undefined || target?.shape === undefined) return undefined;
  const words = column.each;
  const place = inputs?.findIndex(({ columns }) => columns.includes(words)) ?? 0;
  const before = inputs?.slice(0, Math.max(0, place)) ?? [];
  const from = before.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
  return { words, steps: target.shape[0]!, from };
};

/**
 * The fitted steps have to lead from the raw rows to the very columns that the model was trained on.
 *
 * @param options.absent the target, where rows are served without it.
 */
const checkWay = (
  fitted: Fitted | null,
  features: readonly Column[],
  { target, absent, steps }: { readonly target: string | null; readonly absent: string | null; readonly steps: number },
): void => {
  let columns = (fitted?.columns as readonly Column[] | undefined)?.filter(({ name }) => name !== absent) ?? features;
  for (const step of fitted?.steps ?? [])
    columns = transformOf(step, columns, { split: 'what is served', target }).outputs.map(({ column }) => column);
  const [here, there] = [columns, features].map((all) => JSON.stringify(all.map(essence)));
  if (here === there && steps === (fitted?.steps.length ?? 0)) return;
  throw new StageError(
    'raw rows do not become what this model was trained on by its fitted steps alone',
    fitted === null || fitted.steps.length < steps
      ? 'give train the dep fitted, the out of the last of impute, outliers and normalize'
      : 'a stage between normalize and train has made other columns, which is not served',
  );
};

const essence = (column: Column): unknown => {
  const { name, kind, dtype } = column;
  if (column.kind !== 'tensor') return [name, kind, dtype];
  const { shape, vocabulary = null, encoding: { scale, offset, row = null } = {} } = column;
  return [name, kind, dtype, shape, vocabulary, scale ?? null, offset ?? null, row];
};

type StartColumn = { readonly name: string; readonly kind: Column['kind'] };

/** @param start the columns with which the fitted steps begin. */
const inputOf = ({ columns, clean }: RawRows, start: readonly StartColumn[]): RawInput => {
  const raw = start.map(({ name }) => columns.find((column) => column.name === name) ?? name);
  const made = raw.find((column) => typeof column === 'string');
  if (made !== undefined)
    throw new StageError(`column "${made}" is none of the source: a stage has made it that says nothing of how`);
  const known = raw.filter((column) => typeof column !== 'string');
  const [only] = known;
  if (known.length === 1 && only?.kind === 'tensor') return { kind: 'tensor', column: only };
  const values = known.flatMap((column) => (column.kind === 'tensor' ? [] : [column]));
  const tensors = known.flatMap((column) => (column.kind === 'tensor' ? [column] : []));
  const taken = start.filter((_, index) => known[index]?.kind !== 'tensor');
  kindsAfter(values, clean).forEach(({ name, kind }, index) => {
    if (taken[index]?.kind !== kind)
      throw new StageError(
        `column "${name}" is a ${kind} after clean, and the fitted steps take a ${taken[index]?.kind}`,
      );
  });
  return { kind: 'values', wanted: values.map((column) => ({ ...column, optional: false })), tensors };
};

/** What nothing comes of need not be there; where a tensor alone is left, rows may be files of images or sounds. */
const optional = (input: RawInput, { raw, fitted, past }: Optional): RawInput => {
  if (input.kind === 'tensor' || fitted === null) return input;
  const needed = new Set(wayOf(fitted, { past }).needed.map(({ name }) => name));
  const wanted = input.wanted.map((column) => ({ ...column, optional: !needed.has(column.name) }));
  const ruled = new Set(raw.clean.flatMap(({ rows }) => rows.map(({ column }) => column)));
  const [only, ...more] = input.tensors;
  const isAlone = more.length === 0 && wanted.every(({ name, optional }) => optional && !ruled.has(name));
  return only !== undefined && isAlone ? { kind: 'tensor', column: only } : { ...input, wanted };
};

interface Optional {
  readonly raw: RawRows;
  readonly fitted: Fitted | null;
  /** As in `WayOptions`. */
  readonly past: boolean;
}
