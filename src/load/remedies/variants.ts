import { createHash } from 'node:crypto';
import type { DiagnosisRemedy } from '../../types/generated/diagnosis.ts';
import type { PipelineFile, PipelineStage } from '../../types/generated/pipeline-file.ts';
import type { Json } from '../../types/json.ts';
import type { Pipeline, Project } from '../../types/pipeline.ts';
import type { Source } from '../ablation/step.ts';
import { variantText } from '../ablation/variant.ts';
import { isRecord } from '../is-record.ts';
import { loadPipeline } from '../load-pipeline.ts';
import { applyPatch } from './patch.ts';

/** A remedy as people name it: by its number in the diagnosis, from 1. */
export interface NumberedRemedy extends DiagnosisRemedy {
  readonly number: number;
}

/** The pipeline with a remedy, in a file of its own; without one, as the others are compared with it. */
export interface RemedyVariant {
  readonly name: string;
  /** Path of its file, relative to the project. */
  readonly file: string;
  readonly remedy: NumberedRemedy | undefined;
  /** What its file holds for a seed. */
  text(seed: number): string;
}

/** A remedy that does not fit the pipeline as it is now. */
export interface Misfit {
  readonly remedy: NumberedRemedy;
  readonly why: string;
}

export interface RemedySource {
  readonly project: Project;
  readonly pipeline: Pipeline;
  readonly source: Source;
}

/** The pipeline as it is, under a name of its own, so that the user's outs stay as they are. */
export const untreated = (from: RemedySource): RemedyVariant => variantOf(from, from.source.json, undefined);

/** The pipeline with a remedy, held against all that a pipeline's file is held against. */
export const treated = async (remedy: NumberedRemedy, from: RemedySource): Promise<RemedyVariant | Misfit> => {
  const { project, pipeline, source } = from;
  const json = source.json as unknown as Json;
  const patched = applyPatch(json, remedy.patch);
  if (!patched.ok) return { remedy, why: patched.why };
  if (JSON.stringify(patched.value) === JSON.stringify(json)) return { remedy, why: 'the pipeline has it already' };
  const variant = variantOf(from, patched.value as unknown as PipelineFile, remedy);
  const { backend, seed } = pipeline;
  const loaded = await loadPipeline({ project, file: variant.file, backend, text: variant.text(seed) });
  if (loaded.ok) return variant;
  return {
    remedy,
    why: `with it the pipeline is not sound: ${loaded.diagnostics.map(({ message }) => message).join('; ')}`,
  };
};

const variantOf = (
  { pipeline }: RemedySource,
  json: PipelineFile,
  remedy: NumberedRemedy | undefined,
): RemedyVariant => {
  // A name holds no pointers, and values are of any form.
  const hash = remedy && createHash('sha256').update(JSON.stringify(remedy.patch)).digest('hex').slice(0, 10);
  const name = remedy === undefined ? `${pipeline.name}--untreated` : `${pipeline.name}--remedy-${hash}`;
  const file = `artifacts/.store/remedies-v1/${name}.json`;
  const quick = withoutControl(json);
  return { name, file, remedy, text: (seed) => variantText(quick, { name, seed, from: pipeline.file, to: file }) };
};

/** The control of random labels says nothing of a remedy, and costs a training each time. */
const withoutControl = (json: PipelineFile): PipelineFile => {
  const stages = Object.entries(json.stages).map(([name, stage]) => {
    const { params } = stage;
    if (stage.uses !== 'diagnose' || !isRecord(params) || !Object.hasOwn(params, 'memorization')) return [name, stage];
    return [name, { ...stage, params: { ...params, memorization: false } } as PipelineStage];
  });
  return { ...json, stages: Object.fromEntries(stages) };
};

/** As the table has it. */
export const remedyLabel = ({ remedy }: Pick<RemedyVariant, 'remedy'>): string => remedy?.title ?? 'as it is';
