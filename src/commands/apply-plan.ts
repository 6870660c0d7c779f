import { readSource } from '../load/ablation/read-source.ts';
import { type Misfit, type NumberedRemedy, type RemedyVariant, treated, untreated } from '../load/remedies/variants.ts';
import type { RemedyRequest } from '../run/remedies/run-remedies.ts';
import type { Project } from '../types/pipeline.ts';
import { checkNames, judgesOf, objectiveOf, seedsFrom } from './comparing.ts';
import type { RecordedDiagnosis } from './last-diagnosis.ts';
import { type OpenedPipeline, pipelineFileOf } from './pipeline-options.ts';
import { UserMistake } from './user-mistake.ts';

/** What trials of remedies will do. */
export interface ApplyPlan extends Omit<RemedyRequest, 'settings' | 'onStart' | 'onEnd'> {
  readonly project: Project;
  /** Stages that each variant is run to. */
  readonly targets: readonly string[];
}

export interface ApplyAsked {
  /** The pipeline as it was named. */
  readonly asked: string | undefined;
  readonly set: readonly string[];
  /** Numbers from 1; none for all. */
  readonly remedy: readonly number[];
  readonly seeds: number;
}

/**
 * Makes the variants of a pipeline with the remedies of its last diagnosis. One that does not fit any more is refused: with
 * the others where all are asked for, by a mistake where it is named.
 */
export const planApply = async (
  { project, pipeline }: OpenedPipeline,
  { run, stage, diagnosis, remedies }: RecordedDiagnosis,
  asked: ApplyAsked,
): Promise<ApplyPlan> => {
  const objective = objectiveOf(pipeline);
  const judges = judgesOf(pipeline);
  const chosen = chosenOf(remedies, asked.remedy, run);
  const source = await readSource({ project, file: pipelineFileOf(project, asked.asked), set: asked.set });
  if (source === undefined) throw new UserMistake(`${pipeline.file} cannot be read any more`);
  const from = { project, pipeline, source };
  const made: (RemedyVariant | Misfit)[] = [];
  for (const remedy of chosen) made.push(await treated(remedy, from));
  const refused = made.filter((each): each is Misfit => 'why' in each);
  if (asked.remedy.length > 0 && refused.length > 0) throw misfit(refused[0]!, { run, file: pipeline.file });
  const variants = made.filter((each): each is RemedyVariant => 'text' in each);
  const base = untreated(from);
  checkNames([base, ...variants], project);
  return {
    ...{ project, pipeline: { ...pipeline, objective }, untreated: base, variants, refused },
    origin: { run, stage, diagnosis: diagnosis.sentence },
    seeds: seedsFrom(pipeline.seed, asked.seeds),
    targets: [...new Set([...judges, stage])],
  };
};

const chosenOf = (
  remedies: readonly NumberedRemedy[],
  numbers: readonly number[],
  run: string,
): readonly NumberedRemedy[] => {
  if (remedies.length === 0) throw new UserMistake(`the diagnosis of run ${run} names no remedy`);
  const unknown = numbers.find((number) => number > remedies.length);
  if (unknown === undefined)
    return numbers.length === 0 ? remedies : remedies.filter(({ number }) => numbers.includes(number));
  throw new UserMistake(
    `there is no remedy ${unknown}: the diagnosis of run ${run} has ${remedies.length}`,
    remedies.map(({ number, title }) => `${number} ${title}`).join('; '),
  );
};

const misfit = (
  { remedy: { number, title }, why }: Misfit,
  { run, file }: { readonly run: string; readonly file: string },
): UserMistake =>
  new UserMistake(
    `remedy ${number}, "${title}", does not fit ${file} any more: ${why}`,
    `it is of run ${run}: run the pipeline again for a diagnosis of what it is now`,
  );
