import { existsSync } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBackend } from '../../src/learn/backends/backend.ts';
import { bridgeMissingKernels } from '../../src/learn/backends/bridge.ts';
import { type Examples, writeJson } from '../../src/learn/data/dataset.ts';
import { readFitted } from '../../src/learn/data/fitted/artifact.ts';
import { digestOfFiles } from '../../src/learn/data/folder-digest.ts';
import { targetNames } from '../../src/learn/data/targets.ts';
import { counted, grouped, listed } from '../../src/learn/data/words.ts';
import { StageError } from '../../src/learn/error.ts';
import { cardOf } from '../../src/learn/export/card/card.ts';
import { markdownOf } from '../../src/learn/export/card/markdown.ts';
import { checkVariants, type WrittenVariant } from '../../src/learn/export/checks.ts';
import { containerfile } from '../../src/learn/export/container.ts';
import { preparing } from '../../src/learn/export/prepare/prepare.ts';
import { type Variant, variantsOf } from '../../src/learn/export/variants.ts';
import { portsOf, type Source, sourceOf, variantGraph, writeVariant } from '../../src/learn/export/write.ts';
import { checkDecision, decisionIn } from '../../src/learn/models/decision.ts';
import type { Model } from '../../src/learn/models/model.ts';
import { loadModel, tryPrediction } from '../../src/learn/models/predict.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { Evaluation } from '../../src/types/generated/evaluation.ts';
import type { ExportChecks } from '../../src/types/generated/export-checks.ts';
import type { Fitted } from '../../src/types/generated/fitted.ts';
import type { StageContext, StageRun } from '../../src/types/stage.ts';
import { digestsOf, readEvaluation, readHistory, sampleOf } from './deps.ts';
import type { ExportParams } from './params.ts';

/** Writes the model in each format and variant, holds them against it, and tells what it is. */
export const run: StageRun<ExportParams> = async (context) => {
  const { params, deps, outs } = context;
  await startBackend(context.backend!);
  const folder = pathOf(deps, 'model');
  const model = await loadModel(folder, { targets: 'any' });
  refuseOthers(model.card);
  const examples = deps['sample'] === undefined ? undefined : await sampleOf(deps['sample'], model.card, params.rows);
  if (examples !== undefined) await bridge(context, model, examples);
  const fitted = await fittedIn(folder);
  const prepared = howPrepared(context, model, fitted);
  const evaluation = await evaluationOf(context, model.card);
  const decision = evaluation && decisionIn(evaluation);
  const source = await sourceOf(folder, model, { fitted, prepare: prepared.prepare, decision });

  const written = await writeAll(context, source);
  const checked = examples === undefined ? unchecked(written) : await checkVariants(source, written, { examples, batchSize: params.batch_size }); // biome-ignore format: one call
  const checks: ExportChecks = {
    ...{ format: 'stemma-export-checks-v1', preprocessing: prepared.prepare === undefined ? 'outside' : 'inside' },
    ...{ left_out: [...prepared.leftOut], ...checked, metrics: metricsOf(checked) },
  };
  await writeJson(pathOf(outs, 'checks'), checks);
  await writeCard(context, source, { checks, evaluation });
  context.metrics(checks.metrics);
  context.summarize(summaryOf(checks));
};

/** A graph, and its answers, are of one target; of tensors and of several the model's own folder is what is served. */
const refuseOthers = ({ targets }: Model['card']): void => {
  if (targets === undefined || (targets.length === 1 && ['labels', 'tags'].includes(targets[0].kind))) return;
  throw new StageError(
    `the model predicts ${listed(targets.map(({ name, kind }) => `${name} (${kind})`))}, and one category, number, list of labels or tags is exported`,
    'train a model of one of them',
  );
};

/** @throws StageError where it is of another model: its thresholds, and the card's figures, would be of that one. */
const evaluationOf = async (
  { deps, files }: StageContext<ExportParams>,
  card: Model['card'],
): Promise<Evaluation | undefined> => {
  const evaluation = await readEvaluation(deps['evaluation']);
  const model = files('model');
  if (evaluation === undefined || evaluation.kind === 'boxes') return evaluation;
  if (evaluation.model !== undefined && model !== undefined && evaluation.model !== digestOfFiles(model))
    throw new StageError('dep evaluation is of another model than the dep model', 'take the evaluation that judged it');
  const decision = decisionIn(evaluation);
  if (decision !== undefined) checkDecision(decision, card, 'dep evaluation');
  return evaluation;
};

const bridge = async ({ notice, backend }: StageContext<ExportParams>, model: Model, examples: Examples) => {
  for (const kernel of await bridgeMissingKernels(() => tryPrediction(model, examples)))
    notice(`backend ${backend!.name} lacks the kernel ${kernel}: plain JavaScript computes it, slowly`);
};

const fittedIn = async (folder: string): Promise<Fitted | undefined> => {
  const path = join(folder, 'fitted.json');
  return existsSync(path) ? readFitted(path) : undefined;
};

interface Prepared {
  readonly prepare: Source['prepare'];
  readonly leftOut: readonly string[];
}

/** Whether graphs take raw columns: where they cannot, that is told, or refused. */
const howPrepared = (
  { params, notice }: StageContext<ExportParams>,
  model: Model,
  fitted: Fitted | undefined,
): Prepared => {
  const isGraph = params.formats.some((format) => format !== 'layers');
  if (!isGraph || params.preprocessing === 'outside') return { prepare: undefined, leftOut: [] };
  const found =
    fitted === undefined ? ({ kind: 'outside', reasons: [notKnown] } as const) : preparing(fitted, model.card);
  if (found.kind === 'inside') return { prepare: found.prepare, leftOut: [] };
  const told = `ONNX and SavedModel cannot say what makes the features: ${found.reasons.join('; ')}`;
  if (params.preprocessing === 'inside') {
    throw new StageError(told, '"preprocessing": "outside" exports the network alone; the format "layers" has all that was fitted beside it'); // biome-ignore format: one call
  }
  notice(`${told}. They take the features as normalize makes them`);
  return { prepare: undefined, leftOut: found.reasons };
};

const notKnown = 'the model has no fitted.json, which train puts there when it is given the dep fitted';

const writeAll = async (
  { params, outs, progress }: StageContext<ExportParams>,
  source: Source,
): Promise<WrittenVariant[]> => {
  const folder = pathOf(outs, 'model');
  await mkdir(folder, { recursive: true });
  const variants = variantsOf(params.formats, params.quantize);
  const written: WrittenVariant[] = [];
  for (const variant of variants) {
    progress({ done: written.length, total: variants.length, unit: 'variants', note: variant.name });
    written.push(await writeOne(source, variant, join(folder, variant.name)));
  }
  if (params.formats.includes('layers')) await writeFile(join(folder, 'Containerfile'), containerfile);
  return written;
};

const writeOne = async (source: Source, variant: Variant, folder: string): Promise<WrittenVariant> => {
  await writeVariant(source, variant, folder);
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  return { ...variant, folder, bytes: sizes.reduce((sum, size) => sum + size, 0) };
};

type Checked = Omit<ExportChecks, 'format' | 'preprocessing' | 'left_out' | 'metrics'>;

const unchecked = (written: readonly WrittenVariant[]): Checked => ({
  ...{ rows: 0, metric: null, reference: null },
  variants: written.map(({ name, bytes }) => ({
    ...{ name, bytes, computed_by: null, largest_difference: null, same_answers: null, metric: null },
  })),
});

/** As `onnx_uint8_bytes`; what was lost is positive where the variant is worse than the model. */
const metricsOf = ({ variants, metric, reference }: Checked): Record<string, number> =>
  Object.fromEntries(
    variants.flatMap((variant) => {
      const name = variant.name.replaceAll('-', '_');
      const off =
        variant.largest_difference === null ? [] : [[`${name}_difference`, variant.largest_difference] as const];
      const lost =
        variant.metric === null
          ? []
          : [[`${name}_${metric}_lost`, lossOf(variant.metric, reference!, metric!)] as const];
      return [[`${name}_bytes`, variant.bytes] as const, ...off, ...lost];
    }),
  );

const lossOf = (found: number, reference: number, metric: NonNullable<Checked['metric']>): number =>
  metric === 'mae' ? found - reference : reference - found;

const writeCard = async (
  context: StageContext<ExportParams>,
  source: Source,
  { checks, evaluation }: { readonly checks: ExportChecks; readonly evaluation: Evaluation | undefined },
): Promise<void> => {
  const { params, deps, outs } = context;
  const { name = targetNames(source.model.card.target).join(', '), ...said } = params.card;
  const isGraph = params.formats.some((format) => format !== 'layers');
  const card = cardOf({
    ...{ name, said, checks, model: source.model, fitted: source.fitted, decision: source.decision, evaluation },
    history: await readHistory(deps['history']),
    ports: isGraph ? portsOf(variantGraph(source, { quantization: undefined }, source.prepare)) : undefined,
    madeFrom: await digestsOf(context),
  });
  const folder = pathOf(outs, 'card');
  await mkdir(folder, { recursive: true });
  await writeJson(join(folder, 'card.json'), card);
  await writeFile(join(folder, 'card.md'), markdownOf(card));
};

/** As "4 variants, the smallest onnx-uint8 with 23,456 bytes, accuracy 0.000 lost". */
const summaryOf = ({ variants, metric, reference }: ExportChecks): string => {
  const smallest = variants.reduce((least, each) => (each.bytes < least.bytes ? each : least));
  const size = `the smallest ${smallest.name} with ${grouped(smallest.bytes)} bytes`;
  const judged =
    smallest.metric === null ? '' : `, ${metric} ${smallest.metric.toFixed(3)} (the model: ${reference!.toFixed(3)})`;
  return `${counted(variants.length, 'variant')}, ${size}${judged}`;
};
