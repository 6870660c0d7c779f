import type { DecisionFile } from '../../../types/generated/decision.ts';
import type { Evaluation } from '../../../types/generated/evaluation.ts';
import type { ExportChecks } from '../../../types/generated/export-checks.ts';
import type { Fitted, FittedStep } from '../../../types/generated/fitted.ts';
import type { TrainingHistory } from '../../../types/generated/history.ts';
import type { CardMetric, ExportedModelCard, RawColumn } from '../../../types/generated/model-card.ts';
import { isTarget, targetNames } from '../../data/targets.ts';
import { counted } from '../../data/words.ts';
import { answersIn } from '../../models/decision.ts';
import { everyLayer } from '../../models/layers/masks.ts';
import type { Model } from '../../models/model.ts';
import type { Port } from '../write.ts';

/** What is known of an exported model. */
export interface Known {
  readonly name: string;
  /** What the params say of it. */
  readonly said: ExportedModelCard['said'];
  readonly model: Model;
  readonly fitted: Fitted | undefined;
  readonly evaluation: Evaluation | undefined;
  readonly decision: DecisionFile | undefined;
  readonly history: TrainingHistory | undefined;
  readonly checks: ExportChecks;
  /** Inputs and outputs of ONNX and SavedModel; undefined where neither was asked for. */
  readonly ports: { readonly inputs: readonly Port[]; readonly outputs: readonly Port[] } | undefined;
  /** Digests by dep. */
  readonly madeFrom: Readonly<Record<string, string>>;
}

export const cardOf = (known: Known): ExportedModelCard => {
  const { model, fitted, evaluation, history, checks } = known;
  const { card, network } = model;
  return {
    ...{ format: 'stemma-model-card-v1', name: known.name, said: known.said },
    answers: answersOf(known),
    takes: { features: card.features.names, shape: card.features.shape, raw: rawColumns(fitted) },
    network: { parameters: card.parameters, layers: layersOf(network) },
    preparation: fitted?.steps.map(told) ?? [],
    ...(evaluation === undefined ? {} : { evaluation: { rows: evaluation.rows, metrics: metricsOf(evaluation) } }),
    ...(history === undefined ? {} : { training: trainingOf(history) }),
    variants: checks.variants.map(({ name, bytes, largest_difference }) => ({
      ...{ name, bytes, largest_difference },
      ...(known.ports === undefined || name.startsWith('layers') ? { inputs: [], outputs: [] } : plain(known.ports)),
    })),
    findings: (card.findings ?? []).map(({ id, evidence }) => `${id}: ${evidence}`),
    made_from: { ...known.madeFrom },
  };
};

const answersOf = ({ model: { card }, decision }: Known): ExportedModelCard['answers'] => {
  const [target] = card.targets ?? [];
  const { format: _, ...chosen } = decision ?? { format: undefined };
  return {
    target: targetNames(card.target).join(', '),
    kind: target === undefined ? (card.classes === null ? 'number' : 'classes') : (target.kind as 'labels' | 'tags'),
    classes: answersIn(card).length === 0 ? null : [...answersIn(card)],
    ...(decision === undefined ? {} : { decision: chosen as NonNullable<ExportedModelCard['answers']['decision']> }),
  };
};

const plain = ({ inputs, outputs }: NonNullable<Known['ports']>) => {
  const each = ({ name, dtype, shape }: Port) => ({ name, dtype, shape: [...shape] });
  return { inputs: inputs.map(each), outputs: outputs.map(each) };
};

const rawColumns = (fitted: Fitted | undefined): RawColumn[] =>
  (fitted?.columns ?? [])
    .filter(({ name }) => !isTarget(fitted?.target ?? null, name))
    .map(({ name, kind, categories, shape }) => ({
      ...{ name, kind },
      ...(categories === undefined ? {} : { categories }),
      ...(shape === undefined ? {} : { shape }),
    }));

/** In the order in which kinds first stand in the network. */
const layersOf = (network: Model['network']): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const layer of everyLayer(network)) {
    const kind = layer.getClassName();
    if (kind !== 'InputLayer') counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
};

/** As "normalize, fitted on 266 examples: standard (4), one-hot (2)". */
const told = (step: FittedStep): string => {
  const methods =
    step.stage === 'outliers' && step.judge !== undefined ? [step.judge.method] : step.features.map(methodOf);
  const counts = [...new Set(methods)].map(
    (method) => `${method} (${methods.filter((each) => each === method).length})`,
  );
  return `${step.stage}, fitted on ${counted(step.rows, 'example')}: ${counts.join(', ')}`;
};

const methodOf = (feature: FittedStep['features'][number]): string =>
  feature.kind === 'pieces' ? feature.tokenizer.model : feature.method;

type Loose = Readonly<Record<string, { readonly value: number; readonly low?: number; readonly high?: number }>>;

const metricsOf = (evaluation: Evaluation): Record<string, CardMetric> => {
  const baseline: Readonly<Record<string, number>> = 'baseline' in evaluation ? evaluation.baseline.metrics : {};
  return Object.fromEntries(
    Object.entries(evaluation.metrics as Loose).map(([name, { value, low, high }]) => [
      name,
      {
        value,
        ...(low === undefined || high === undefined ? {} : { low, high }),
        ...(baseline[name] === undefined ? {} : { baseline: baseline[name] }),
      },
    ]),
  );
};

const trainingOf = ({ epochs, kept, best }: TrainingHistory): NonNullable<ExportedModelCard['training']> => ({
  ...{ epochs: epochs.length, kept, monitor: best.monitor, value: best.value },
});
