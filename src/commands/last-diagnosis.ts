import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDigest } from '../fingerprint/canonical.ts';
import type { NumberedRemedy } from '../load/remedies/variants.ts';
import type { Workspace } from '../plan/workspace.ts';
import { isDiagnosis } from '../run/generated/diagnosis.js';
import { DamagedContent } from '../store/content.ts';
import type { Diagnosis } from '../types/generated/diagnosis.ts';
import type { Pipeline } from '../types/pipeline.ts';
import { accountNamed } from './run-argument.ts';
import { UserMistake } from './user-mistake.ts';

/** A diagnosis as a run recorded it. */
export interface RecordedDiagnosis {
  readonly run: string;
  readonly stage: string;
  readonly diagnosis: Diagnosis;
  /** Of all findings, each once. */
  readonly remedies: readonly NumberedRemedy[];
}

/**
 * The diagnosis of a pipeline's last run, from the store: it is what was recorded, whatever lies in the workspace.
 *
 * @throws UserMistake where the pipeline makes none, or its last run came to none.
 */
export const lastDiagnosis = async (pipeline: Pipeline, workspace: Workspace): Promise<RecordedDiagnosis> => {
  const stage = diagnosing(pipeline);
  const account = await accountNamed('last', workspace, pipeline.name);
  if (account === undefined) throw new UserMistake(`the last run of "${pipeline.name}" cannot be read`);
  const { run } = account.record;
  const out = account.stages
    .find(({ entry }) => entry.stage === stage)
    ?.stageRun?.outs.find(({ name }) => name === 'diagnosis');
  if (out === undefined || !isDigest(out.digest))
    throw new UserMistake(
      `run ${run} has no diagnosis of stage "${stage}"`,
      `\`stemma run ${pipeline.name}\` makes one`,
    );
  const diagnosis = await read(out.digest, workspace, run);
  return { run, stage, diagnosis, remedies: numbered(diagnosis) };
};

const diagnosing = ({ stages, name }: Pipeline): string => {
  const found = [...stages.values()].filter((stage) => stage.kind === 'uses' && stage.type.name === 'diagnose');
  if (found.length === 1) return found[0]!.name;
  if (found.length > 1)
    throw new UserMistake(
      `pipeline "${name}" has several stages that diagnose: ${found.map((each) => each.name).join(', ')}`,
    );
  throw new UserMistake(
    `pipeline "${name}" has no stage that diagnoses a training`,
    'add one: "diagnose": { "uses": "diagnose", "deps": { "history": "train.history", "model": "train.model", "train": …, "validation": … } }',
  );
};

const read = async (
  digest: Parameters<Workspace['content']['get']>[0],
  { content }: Workspace,
  run: string,
): Promise<Diagnosis> => {
  const folder = mkdtempSync(join(tmpdir(), 'stemma-diagnosis-'));
  try {
    const file = join(folder, 'diagnosis.json');
    await content.get(digest, file);
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isDiagnosis(value)) return value;
    throw new UserMistake(`the diagnosis of run ${run} is not of a form that this version knows`);
  } catch (error) {
    if (!(error instanceof DamagedContent) && !(error instanceof SyntaxError)) throw error;
    throw new UserMistake(
      `the diagnosis of run ${run} is no longer in the store: ${error.message}`,
      '`stemma run --force` makes it again',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Two findings may have the same remedy. */
const numbered = ({ findings }: Diagnosis): readonly NumberedRemedy[] => {
  const all = findings.flatMap(({ remedies }) => remedies);
  const key = ({ patch }: (typeof all)[number]) => JSON.stringify(patch);
  const once = all.filter((remedy, at) => all.findIndex((other) => key(other) === key(remedy)) === at);
  return once.map((remedy, at) => ({ ...remedy, number: at + 1 }));
};
