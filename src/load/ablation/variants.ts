import type { Pipeline, Project, Stage } from '../../types/pipeline.ts';
import { loadPipeline } from '../load-pipeline.ts';
import { type Source, type Step, stepName } from './step.ts';
import { leaveOut, variantName, variantText } from './variant.ts';

/** A pipeline that is like the one asked about but for one step. */
export interface Variant {
  readonly name: string;
  /** Path of its file, relative to the project. */
  readonly file: string;
  /** Undefined for the whole pipeline, which the others are compared with. */
  readonly step: Step | undefined;
  readonly without: readonly string[];
  readonly dropped: readonly string[];
  /** What its file holds for a seed. */
  text(seed: number): string;
}

/** A step that cannot be left out, and why. */
export interface Refusal {
  readonly step: Step;
  readonly why: string;
}

export interface VariantRequest {
  readonly project: Project;
  readonly pipeline: Pipeline;
  readonly source: Source;
  /** Names of the stages whose metrics are asked for; none where any stage's may be. */
  readonly judges: readonly string[];
}

/** The whole pipeline under a name of its own, so that the user's outs stay as they are. */
export const wholeVariant = ({ pipeline, source }: VariantRequest): Variant =>
  variantOf(pipeline, { step: undefined, json: source.json, without: [], dropped: [] });

/** The pipeline without a step, held against all that a pipeline's file is held against. */
export const variantWithout = async (step: Step, request: VariantRequest): Promise<Variant | Refusal> => {
  const { project, pipeline, source, judges } = request;
  const useless = reasonAgainst(step, request);
  if (useless !== undefined) return { step, why: useless };
  const left = leaveOut(step, source, judges.length > 0 ? judges : [...pipeline.stages.keys()]);
  if (!left.ok) return { step, why: left.why };
  const variant = variantOf(pipeline, { step, ...left });
  const { backend, file, seed } = { ...pipeline, file: variant.file };
  const loaded = await loadPipeline({ project, file, backend, text: variant.text(seed) });
  if (loaded.ok) return variant;
  const messages = loaded.diagnostics.map(({ message }) => message);
  return { step, why: `without it the pipeline is not sound: ${messages.join('; ')}` };
};

const reasonAgainst = ({ stage }: Step, { pipeline, judges }: VariantRequest): string | undefined => {
  if (judges.includes(stage)) return 'it makes what is judged';
  return judges.length === 0 || above(judges, pipeline).has(stage)
    ? undefined
    : `${judges.join(', ')} does not need it`;
};

/** The stages asked for, and all that they need. */
const above = (names: readonly string[], { stages }: Pipeline): ReadonlySet<string> => {
  const found = new Set<string>();
  const pending: Stage[] = names.map((name) => stages.get(name)!);
  for (let stage = pending.pop(); stage !== undefined; stage = pending.pop()) {
    if (found.has(stage.name)) continue;
    found.add(stage.name);
    pending.push(...stage.upstream.map((name) => stages.get(name)!));
  }
  return found;
};

type Parts = Pick<Variant, 'step' | 'without' | 'dropped'> & Pick<Source, 'json'>;

const variantOf = (pipeline: Pipeline, { json, step, without, dropped }: Parts): Variant => {
  const name = variantName(pipeline.name, step);
  const file = `artifacts/.store/ablations-v1/${name}.json`;
  const text = (seed: number) => variantText(json, { name, seed, from: pipeline.file, to: file });
  return { name, file, step, without, dropped, text };
};

/** As the table of an ablation has it. */
export const variantLabel = ({ step }: Pick<Variant, 'step'>): string =>
  step === undefined ? 'whole' : `without ${stepName(step)}`;
