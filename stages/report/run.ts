import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Preview } from '../../src/learn/data/augment/preview.ts';
import { StageError } from '../../src/learn/error.ts';
import { isComparison } from '../../src/learn/generated/comparison.js';
import { isCost } from '../../src/learn/generated/cost.js';
import { isDiagnosis } from '../../src/learn/generated/diagnosis.js';
import { isEvaluation } from '../../src/learn/generated/evaluation.js';
import { isFindings } from '../../src/learn/generated/findings.js';
import { isGate } from '../../src/learn/generated/gate.js';
import { isHistory } from '../../src/learn/generated/history.js';
import { isLeakage } from '../../src/learn/generated/leakage.js';
import { isPreview } from '../../src/learn/generated/preview.js';
import { isProfile } from '../../src/learn/generated/profile.js';
import { type Guard, readFormat } from '../../src/learn/json.ts';
import { readModelSummary } from '../../src/learn/models/summary.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';
import { rawExamples } from './examples.ts';
import type { ReportInputs } from './inputs.ts';
import { namesOf, reportPage } from './page.ts';

interface Params {
  readonly title?: string;
}

/** Makes the page from those deps that are given, and from nothing else. */
export const run: StageRun<Params> = async ({ params, deps, outs, summarize }) => {
  const { examples, origins, model } = deps;
  const evaluation = await read(deps['evaluation'], 'stemma-evaluation-v1', isEvaluation);
  const preview = await read(deps['preview'], 'stemma-preview-v1', isPreview);
  const shown = [...(evaluation?.wrong ?? []).map(({ id }) => id), ...idsIn(preview)];
  const inputs: ReportInputs = {
    gate: await read(deps['gate'], 'stemma-gate-v1', isGate),
    cost: await read(deps['cost'], 'stemma-cost-v1', isCost),
    history: await read(deps['history'], 'stemma-history-v1', isHistory),
    findings: await read(deps['findings'], 'stemma-findings-v1', isFindings),
    evaluation,
    preview,
    profile: await read(deps['profile'], 'stemma-profile-v1', isProfile),
    leakage: await read(deps['leakage'], 'stemma-leakage-v1', isLeakage),
    diagnosis: await read(deps['diagnosis'], 'stemma-diagnosis-v1', isDiagnosis),
    comparison: await read(deps['comparison'], 'stemma-comparison-v1', isComparison),
    model: model === undefined ? undefined : await readModelSummary(model),
    raw: evaluation === undefined && shown.length === 0 ? new Map() : await rawExamples(shown, { examples, origins }),
  };
  const made = namesOf(inputs);
  if (made.length === 0) {
    throw new StageError(
      'there is nothing to report',
      'give at least one of the deps "gate", "cost", "history", "findings", "evaluation", "preview", "profile", "leakage", "diagnosis", "comparison", "model"',
    );
  }
  const page = await reportPage(inputs, params.title);
  await writeFile(pathOf(outs, 'report'), page);
  summarize(`one page of ${Math.ceil(Buffer.byteLength(page) / 1024)} KiB`);
};

const idsIn = (preview: Preview | undefined): readonly string[] =>
  preview === undefined || preview.kind === 'table' ? [] : (preview.ids ?? []);

const read = async <Content extends { readonly format: string }>(
  path: string | undefined,
  format: Content['format'],
  guard: Guard<Content>,
): Promise<Content | undefined> =>
  path === undefined ? undefined : readFormat({ path, name: basename(path) }, format, guard);
