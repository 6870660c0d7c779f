import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../fingerprint/replace-file.ts';
import { loadPipeline } from '../load/load-pipeline.ts';
import { remedyLabel } from '../load/remedies/variants.ts';
import { patchText } from '../load/remedies/write-patch.ts';
import { runRemedies } from '../run/remedies/run-remedies.ts';
import type { Trials } from '../run/remedies/trials.ts';
import { createPaint } from '../ui/paint.ts';
import { renderRemedies, renderTrials } from '../ui/remedies-view.ts';
import { type ApplyPlan, planApply } from './apply-plan.ts';
import { lastDiagnosis, type RecordedDiagnosis } from './last-diagnosis.ts';
import { openForReading } from './open-for-reading.ts';
import { openPipeline, type PipelineOptions } from './pipeline-options.ts';
import { runVariants } from './run-variants.ts';
import { columnsOf, useColor } from './terminal.ts';
import { UserMistake } from './user-mistake.ts';

export interface ApplyOptions extends PipelineOptions {
  readonly remedy: readonly number[];
  readonly seeds: number;
  readonly write?: boolean;
  readonly dryRun?: boolean;
  readonly jobs?: number;
}

/**
 * `stemma apply`: exit code 0, 1 where the pipeline or one of its variants failed, 2 for the user's mistake, 130 when
 * interrupted.
 */
export const apply = async (name: string | undefined, options: ApplyOptions): Promise<number> => {
  const opened = await openPipeline(name, options);
  if (opened === undefined) return 2;
  if (options.write) checkWriting(options);
  const found = await lastDiagnosis(opened.pipeline, openForReading(opened.project));
  const view = { paint: createPaint({ color: useColor(process.stdout) }), columns: columnsOf(process.stdout) };
  if (options.dryRun) {
    process.stdout.write(options.json ? `${JSON.stringify(listOf(found), null, 2)}\n` : renderRemedies(found, view));
    return 0;
  }
  const plan = await planApply(opened, found, { ...options, asked: name });
  const tried = await execute(plan, { ...options, command: commandLine(opened.pipeline.name, options) });
  const trials = options.write && tried.outcome === 'succeeded' ? await write(plan, tried) : tried;
  process.stdout.write(options.json ? `${JSON.stringify(trials, null, 2)}\n` : renderTrials(trials, view));
  return { succeeded: 0, failed: 1, interrupted: 130 }[trials.outcome];
};

const checkWriting = ({ remedy, set }: ApplyOptions): void => {
  if (remedy.length !== 1)
    throw new UserMistake('--write takes one remedy', 'name it, as --remedy 1: `stemma apply --dry-run` lists them');
  if (set.length > 0)
    throw new UserMistake('--write changes the file, and --set is not in it', 'write into the file what --set says');
};

const listOf = ({ run, stage, diagnosis, remedies }: RecordedDiagnosis) => ({
  ...{ run, stage, verdict: diagnosis.verdict, diagnosis: diagnosis.sentence },
  remedies,
});

const execute = (plan: ApplyPlan, options: ApplyOptions & { readonly command: readonly string[] }): Promise<Trials> =>
  runVariants(plan, options, {
    runs: plan.seeds.length * (plan.variants.length + 1),
    lock: 'remedies',
    another: 'other trials',
    run: ({ settings, meter }) =>
      runRemedies({
        ...{ ...plan, settings },
        onStart: (variant, seed) => meter.started(remedyLabel(variant), seed),
        onEnd: (_, done) => meter.ended(done),
      }),
  });

/** Writes the remedy into the pipeline's file, which has to be the one that was tried. */
const write = async ({ project, pipeline, variants }: ApplyPlan, trials: Trials): Promise<Trials> => {
  const remedy = variants[0]!.remedy!;
  const path = join(project.root, pipeline.file);
  const whole = readFileSync(path, 'utf8');
  const mark = whole.startsWith('\uFEFF') ? '\uFEFF' : '';
  const text = patchText(whole.slice(mark.length), remedy.patch);
  const loaded = await loadPipeline({ project, file: pipeline.file, text, backend: pipeline.backend });
  if (!loaded.ok)
    throw new UserMistake(
      `${pipeline.file} was changed meanwhile, and remedy ${remedy.number} does not fit it: ${loaded.diagnostics[0]?.message}`,
    );
  replaceFile(path, mark + text);
  return { ...trials, written: pipeline.file };
};

/** What does not change what is found is left out. */
const commandLine = (pipeline: string, options: ApplyOptions): string[] => [
  ...['stemma', 'apply', pipeline],
  ...options.remedy.flatMap((number) => ['--remedy', String(number)]),
  ...['--seeds', String(options.seeds)],
  ...options.set.flatMap((assignment) => ['--set', assignment]),
  ...(options.backend === undefined ? [] : ['--backend', options.backend]),
];
