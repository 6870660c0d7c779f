import { describe, expect, it } from 'vitest';
import type { SideBySide } from '../../../src/lineage/side-by-side/side-by-side.ts';
import { renderSideBySide } from '../../../src/ui/side-by-side/page.ts';
import { account, entry, stageRun } from '../../lineage/accounts.ts';
import { checkPage, textOf } from '../../page/check-html.ts';

const hostile = '<img src=x onerror="alert(1)">';
const run = account([{ entry: entry('train'), stageRun: stageRun('train') }]);
const epochs = [1, 2, 3].map((epoch) => ({ epoch, rate: 0.1, loss: 1 / epoch, val_loss: 1.2 / epoch }));
const content = {
  format: 'stemma-history-v1',
  epochs,
  best: { epoch: 3, monitor: 'val_loss', mode: 'min', value: 0.4 },
  kept: 3,
  stopped: 'finished',
} as const;
const found = { severity: 'warning', message: hostile, remedy: hostile } as const;
const outs = {
  histories: [{ stage: 'train', content: { ...content, epochs: [...epochs] } }],
  ganHistories: [],
  findings: [{ stage: 'train', content: found }],
  unreadable: [],
};
const compared: SideBySide = {
  runs: [
    { account: run, outs },
    { account: run, outs: { ...outs, findings: [], unreadable: ['train.history'] } },
  ],
  differences: [{ kind: 'params', what: `params.${hostile}`, stages: ['train'], values: [hostile, undefined] }],
  metrics: [
    {
      ...{ stage: 'evaluate', metric: hostile },
      values: [
        { value: 0.9, low: 0.89, high: 0.91 },
        { value: 0.95, low: 0.94, high: 0.96 },
      ],
      changes: [{ difference: 0.05, relation: 'apart', verdict: 'better' }],
    },
  ],
};

describe('renderSideBySide', () => {
  it('is a sound page, whatever the names are', async () => {
    const page = await renderSideBySide(compared);
    checkPage(page, []);
    expect(page).not.toContain('<img');
    expect(await renderSideBySide(compared)).toBe(page);
  });

  it('says what differs, by how much, and what was found in each', async () => {
    const text = textOf(await renderSideBySide(compared));
    expect(text).toMatch(/0\.950 \[0\.940, 0\.960\]\s+\+0\.050, better: intervals apart/);
    expect(text).toContain('What to do: &lt;img');
    expect(text).toContain('A: from 1.200 to 0.400; B: from 1.200 to 0.400');
    expect(text).toContain('Not shown: train.history');
  });

  it('says so where nothing differs', async () => {
    const text = textOf(await renderSideBySide({ ...compared, differences: [], metrics: [] }));
    expect(text).toContain('the same params, data, code, seed and backend');
  });
});
