import { expect, test } from 'vitest';
import type { GcReport } from '../../src/store/gc/gc.ts';
import { renderGc } from '../../src/ui/gc-view.ts';
import { createPaint } from '../../src/ui/paint.ts';

const view = { paint: createPaint({ color: false }), columns: 100 };

const report: GcReport = {
  dryRun: false,
  policy: { kind: 'bytes', budget: 2e9 },
  freed: {
    content: { count: 12_345, bytes: 4.2e9 },
    entries: 812,
    derived: [
      { kind: 'checkpoints', count: 1, bytes: 910_000 },
      { kind: 'pieces of work', count: 40, bytes: 3e7 },
    ],
  },
  kept: { runs: { policy: 3, 'last successful': 2, pinned: 1, 'under way': 1 }, of: 10_000, bytes: 1.9e9 },
  inUse: 2,
  unreadable: [],
  fits: true,
};

test('what was freed, what was kept and why', () => {
  expect(renderGc(report, view)).toMatchInlineSnapshot(`
    "freed 4.2 GB

      content           12,345 files      4.2 GB
      checkpoints            1 piece    910.0 kB
      pieces of work       40 pieces     30.0 MB

    2 pieces stayed: a run under way may use them
    812 cache entries went with it
    kept 1.9 GB: what 7 of 10,000 runs need (3 as asked for, 2 as the last successful of a pipeline, 1
    pinned, 1 under way), what stands in the workspace, and the manifests and pipelines of all records.
    Records always stay
    "
  `);
});

test('where nothing was asked for, all runs are kept without a reason', () => {
  const kept = { runs: { policy: 2, 'last successful': 1 }, of: 3, bytes: 1e6 };
  const text = renderGc({ ...report, policy: { kind: 'all' }, kept }, view);
  expect(text).toContain('kept 1.0 MB: what 3 of 3 runs need (1 as the last successful of a pipeline), what stands');
});

test('in the conditional, and what stood in the way', () => {
  const damaged: GcReport = {
    ...report,
    dryRun: true,
    freed: { content: { count: 0, bytes: 0 }, entries: 0, derived: [] },
    kept: { runs: { 'last successful': 1 }, of: 1, bytes: 3e9 },
    inUse: 0,
    unreadable: ['artifacts/.store/records-v1/runs/x.json is damaged, so it is not known what it refers to'],
    fits: false,
  };
  expect(renderGc(damaged, view)).toMatchInlineSnapshot(`
    "would free 0 B

    artifacts/.store/records-v1/runs/x.json is damaged, so it is not known what it refers to: no content
    would be freed; \`stemma audit\` tells more
    would keep 3.0 GB: what 1 of 1 run needs (1 as the last successful of a pipeline), what stands in
    the workspace, and the manifests and pipelines of all records. Records always stay
    the budget of 2.0 GB would not be kept: the roots alone need 3.0 GB. Unpin runs, or take outs from
    the workspace, to free more
    "
  `);
});
