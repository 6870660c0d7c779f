import type { RunAccount } from '../../../src/lineage/run-account.ts';
import type { KeptOuts } from '../../../src/lineage/side-by-side/kept-outs.ts';
import { type ToldRun, toldRun } from '../../../src/lineage/trackers/told-run.ts';
import { account, digest, entry, stageRun } from '../accounts.ts';
import { failedAccount, mnistAccount } from '../page-accounts.ts';

const none: KeptOuts = { histories: [], ganHistories: [], findings: [], unreadable: [] };

const epochs = [1, 2, 3].map((epoch) => ({
  ...{ epoch, rate: 0.001, loss: 1 / epoch, accuracy: 1 - 1 / (epoch + 1) },
  ...{ val_loss: 1.5 / epoch, val_accuracy: 1 - 1 / (epoch + 2) },
}));

/** A run of MNIST with the curves of its training, and one in which train failed. */
export const mnistTold = toldRun(mnistAccount, {
  ...none,
  histories: [
    {
      stage: 'train',
      content: {
        format: 'stemma-history-v1',
        epochs,
        best: { epoch: 3, monitor: 'val_loss', mode: 'min', value: 0.5 },
        kept: 3,
        stopped: 'finished',
      },
    },
  ],
});
export const failedTold = toldRun(failedAccount, none);

/** Names and values that are no friends of paths, JSON or those who read them. */
export const hostileNames = ['../../x', '/etc/x', '.', '..', 'a/b', 'a', 'a\nb', 'a b#c%20?d', '面试', 'a:b', 'é'.repeat(300), 'x'.repeat(300), '', 'A.low']; // biome-ignore format: one line

const hostileAccount: RunAccount = account(
  [
    {
      entry: entry('train'),
      stageRun: stageRun('train', {
        fields: { params: { ...Object.fromEntries(hostileNames.map((name) => [name, name])), long: 'é'.repeat(7000) } },
        metrics: {
          ...Object.fromEntries(hostileNames.map((name, at) => [name, at])),
          nan: Number.NaN,
          up: Number.POSITIVE_INFINITY,
          down: { value: 0, low: Number.NEGATIVE_INFINITY, high: 1e-300 },
        },
      }),
    },
  ],
  { command: ['stemma', 'run', `x\n"'; ${'y'.repeat(6000)}`] },
);

export const hostileTold: ToldRun = toldRun({ ...hostileAccount, digest: digest('4057113') }, none);
