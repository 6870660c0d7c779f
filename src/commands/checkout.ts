import type { RunAccount, StageAccount } from '../lineage/run-account.ts';
import { loadPipeline } from '../load/load-pipeline.ts';
import { findProject } from '../load/project.ts';
import { planPipeline } from '../plan/plan.ts';
import type { Workspace } from '../plan/workspace.ts';
import { checkoutRun, type StageInPlace } from '../run/checkout.ts';
import type { LostContent } from '../run/checkout-checks.ts';
import { renderCheckout } from '../ui/lineage/checkout-view.ts';
import { createPaint } from '../ui/paint.ts';
import { planSummary } from '../ui/plan-view.ts';
import { oneLine } from '../ui/text.ts';
import { interruptible } from './interrupt.ts';
import { openForReading } from './open-for-reading.ts';
import { accountNamed } from './run-argument.ts';
import { stageNamed } from './stage-argument.ts';
import { columnsOf, useColor } from './terminal.ts';
import { UserMistake } from './user-mistake.ts';

export interface CheckoutOptions {
  readonly pipeline?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `stemma checkout RUN [STAGE…]`: puts the outs of a past run back; exit code 1 where the store no longer has them. */
export const checkout = async (word: string, names: readonly string[], options: CheckoutOptions): Promise<number> => {
  const workspace = openForReading(findProject(process.cwd()));
  const account = await accountNamed(word, workspace, options.pipeline);
  if (account === undefined) return 1;
  const stages = wantedStages(account, names);
  const interrupt = interruptible();
  const onWait = (holder: number) => process.stderr.write(`waiting for a run (process ${holder})\n`);
  try {
    const { signal } = interrupt;
    const result = await checkoutRun({ workspace, account, stages, force: options.force ?? false, signal, onWait });
    switch (result.kind) {
      case 'done':
        await tellDone(account, result.stages, { workspace, options });
        return 0;
      case 'edited':
        throw new UserMistake(
          `${result.paths.map(oneLine).join(', ')} ${result.paths.length === 1 ? 'is' : 'are'} not what a run left there: nothing was changed`,
          'keep what you need of it elsewhere; with --force it is overwritten',
        );
      case 'lost':
        tellLost(account, result.lost);
        return 1;
      case 'damaged':
        process.stderr.write(
          `error: ${result.problem}: nothing was changed\nhint: \`stemma audit\` finds all that is damaged\n`,
        );
        return 1;
    }
  } finally {
    interrupt.release();
  }
};

const hasOuts = ({ entry }: StageAccount): boolean =>
  entry.state === 'ran' || entry.state === 'restored' || entry.state === 'up to date';

/** The stages named, or all that have outs. */
const wantedStages = (account: RunAccount, names: readonly string[]): StageAccount[] => {
  const wanted = [...new Set(names)].map((name) => stageNamed(name, account));
  const without = wanted.find((stage) => !hasOuts(stage));
  const { run } = account.record;
  if (without !== undefined)
    throw new UserMistake(`stage "${without.entry.stage}" has no outs in run ${run}: it was ${without.entry.state}`);
  const stages = wanted.length > 0 ? wanted : account.stages.filter(hasOuts);
  if (stages.length === 0) throw new UserMistake(`run ${run} has no outs: none of its stages came to an end`);
  return stages;
};

interface Done {
  readonly workspace: Workspace;
  readonly options: CheckoutOptions;
}

const tellDone = async (
  account: RunAccount,
  stages: readonly StageInPlace[],
  { workspace, options }: Done,
): Promise<void> => {
  const { run, pipeline } = account.record;
  const next = await nextRun(account, workspace);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ run, pipeline: pipeline.name, stages, next }, null, 2)}\n`);
    return;
  }
  const named = new Set(stages.map(({ stage }) => stage));
  const without = account.stages
    .filter((stage) => !hasOuts(stage) && !named.has(stage.entry.stage))
    .map(({ entry }) => ({ stage: entry.stage, why: `${entry.state} in that run` }));
  const line = 'stages' in next ? `\`stemma run ${pipeline.name}\` now: ${planSummary(next.stages)}` : next.problem;
  const paint = createPaint({ color: useColor(process.stdout) });
  const view = { pipeline: pipeline.name, run, stages, without, next: line };
  process.stdout.write(renderCheckout(view, { paint, columns: columnsOf(process.stdout) }));
};

/** The plan of today's pipeline over what stands there now; the pipeline may be gone, or have mistakes by now. */
const nextRun = async ({ record }: RunAccount, workspace: Workspace) => {
  const { project } = workspace;
  const loaded = await loadPipeline({ project, file: record.pipeline.file });
  if (!loaded.ok)
    return { problem: `what a run would do now is not known: ${record.pipeline.file} cannot be loaded any more` };
  const stages = await planPipeline({ pipeline: loaded.pipeline, workspace, targets: [], force: false });
  workspace.statCache.save();
  return { stages };
};

const tellLost = ({ record }: RunAccount, lost: readonly LostContent[]): void => {
  const lines = lost.map(({ out, digest, file, found }) => {
    const what = file === undefined ? out : `${out} (${oneLine(file)})`;
    return `  ${what}  ${digest}  ${found === 'nothing' ? 'is gone' : 'is damaged'}\n`;
  });
  const stages = [...new Set(lost.map(({ out }) => out.split('.')[0]!))];
  process.stderr.write(
    `error: the store no longer has all outs of run ${record.run}: nothing was changed\n${lines.join('')}` +
      `hint: \`stemma run\` makes again what the pipeline needs today; \`stemma replay ${stages[0]}\` shows whether it comes out as recorded\n`,
  );
};
