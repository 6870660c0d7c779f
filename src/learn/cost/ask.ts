import { loadModel, outputsOf, tryOutputs } from '../models/predict.ts';
import { isSteady } from '../models/steady.ts';
import { answersTo } from '../serving/answer.ts';
import { blankExample } from '../serving/blank-example.ts';
import { readRows } from '../serving/http/ask.ts';
import { type Prepared, prepareRows } from '../serving/prepare.ts';
import { rowsOfExample } from '../serving/series.ts';
import { openServable, type Servable } from '../serving/servable.ts';
import { type Questions, rawQuestions } from './raw-questions.ts';

/** A model that can be asked, one question at a time. */
export interface Asked {
  readonly with: 'raw rows' | 'zeros';
  /** How many different questions there are. */
  readonly rows: number;
  readonly parameters: number;
  /**
   * `latency`: from a row in JSON, or those of a window, to its answer, as the server gives it, without HTTP. `network`: from
   * the features to what the network says of them.
   */
  readonly ways: Readonly<Partial<Record<'latency' | 'network', (number: number) => Promise<unknown>>>>;
}

/** Tries a prediction, so that whoever watches sees which kernels it takes. */
export type Bridge = (attempt: () => void) => Promise<void>;

type Features = Prepared['examples'];

/**
 * Opens a model for raw rows.
 *
 * @param from.examples the folder of ingest's examples.
 * @throws StageError where the model is not served, or cannot be asked about these rows.
 */
export const askRaw = async (
  folder: string,
  from: { readonly examples: string; readonly rows: number; readonly bridge: Bridge },
): Promise<Asked> => {
  const servable = await openServable(folder);
  const { network } = servable.model;
  await from.bridge(() => tryOutputs(network, blankExample(servable)));
  const questions = await rawQuestions(servable, from.examples, from.rows);
  const features = await featuresOf(servable, questions);
  const one = await forwardOne(servable.model, features[0]!.featureShape);
  return {
    ...{ with: 'raw rows', rows: questions.length, parameters: servable.card.parameters },
    ways: {
      latency: async (number) => answersTo(servable, await prepared(servable, turn(questions, number))),
      network: (number) => one(turn(features, number)),
    },
  };
};

/** Opens a model of any kind for its features, which are all 0. */
export const askNetwork = async (folder: string, bridge: Bridge): Promise<Asked> => {
  const model = await loadModel(folder, { targets: 'any' });
  const blank = blankExample(model);
  await bridge(() => tryOutputs(model.network, blank));
  const one = await forwardOne(model, blank.featureShape);
  return { with: 'zeros', rows: 1, parameters: model.card.parameters, ways: { network: () => one(blank) } };
};

const turn = <Each>(all: readonly Each[], number: number): Each => all[number % all.length]!;

const prepared = async (servable: Servable, question: Buffer): Promise<Features> =>
  prepareRows(servable, await readRows(question, servable, rowsOfExample(servable.windowing)), { unknown: 'answer' })
    .examples;

const featuresOf = async (servable: Servable, questions: Questions): Promise<readonly Features[]> => {
  const all: Features[] = [];
  for (const question of questions) all.push(await prepared(servable, question));
  return all;
};

/** As `predict` has it: filled up to a batch where the backend computes rows otherwise by themselves. */
const forwardOne = async (
  { network }: Pick<Servable['model'], 'network'>,
  shape: readonly number[],
): Promise<(features: Features) => Promise<Float32Array>> => {
  const fill = !(await isSteady(network, shape));
  return (features) => outputsOf(network, features, { fill });
};
