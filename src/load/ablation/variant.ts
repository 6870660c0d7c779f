import { posix } from 'node:path';
import type { PipelineFile, PipelineStage } from '../../types/generated/pipeline-file.ts';
import { isRecord } from '../is-record.ts';
import { type Bypassed, bypass } from './bypass.ts';
import { neutralOf, type Source, type Step, stepName } from './step.ts';

/** The pipeline without a step. `needed`: the stages without which there would be nothing to judge by. */
export const leaveOut = (step: Step, source: Source, needed: readonly string[]): Bypassed =>
  step.kind === 'stage' ? bypass(step.stage, source, needed) : withoutParam(step, source);

/** A param that is left out has its default, which is "off" for all but those that say otherwise. */
const withoutParam = ({ stage, param }: Step & { kind: 'param' }, { json }: Source): Bypassed => {
  const before = json.stages[stage]!;
  const { [param]: _, ...rest } = isRecord(before.params) ? before.params : {};
  const off = neutralOf(before.uses ?? '');
  const params = Object.hasOwn(off, param) ? { ...rest, [param]: off[param] } : rest;
  const changed = { ...before, params } as PipelineStage;
  const stages = Object.fromEntries(
    Object.entries(json.stages).map(([name, each]) => [name, name === stage ? changed : each]),
  );
  return { ok: true, json: { ...json, stages }, without: [], dropped: [] };
};

/**
 * Name of the pipeline without a step; of the whole pipeline as the others are compared with it, where there is none.
 * Two hyphens: such a name no one is likely to give.
 */
export const variantName = (pipeline: string, step: Step | undefined): string =>
  step === undefined ? `${pipeline}--whole` : `${pipeline}--without-${stepName(step).replace('.', '-')}`;

/** The text of a pipeline's file, under another name, seed and folder than it had. */
export const variantText = (
  json: PipelineFile,
  as: { name: string; seed: number; from: string; to: string },
): string => {
  const { $schema, name: _, seed: __, ...rest } = json;
  const schema = $schema?.startsWith('.') ? moved($schema, as) : $schema;
  return `${JSON.stringify({ ...(schema && { $schema: schema }), name: as.name, seed: as.seed, ...rest }, null, 2)}\n`;
};

const moved = (path: string, { from, to }: { readonly from: string; readonly to: string }): string =>
  posix.relative(posix.dirname(to), posix.join(posix.dirname(from), path));
