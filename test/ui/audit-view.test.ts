import { describe, expect, it } from 'vitest';
import { type AuditView, auditAsJson, renderAudit } from '../../src/ui/audit-view.ts';
import { createPaint } from '../../src/ui/paint.ts';

const paint = createPaint({ color: false });
const digest = (start: string): string => `sha256:${start.padEnd(64, '0')}`;

const clean: AuditView = {
  checks: [
    { check: 'stage runs', files: 31_200, findings: 0, seconds: 3.21 },
    { check: 'runs', files: 10_000, findings: 0, seconds: 0.94 },
    { check: 'outs', files: 20, findings: 0, seconds: 0.012 },
  ],
  findings: [],
  notes: [],
  head: { run: '2026-11-23T14-02-07-e2b6', digest: digest('4f2a') },
  runs: 10_000,
};

const out = {
  code: 'out-changed',
  meaning: 'what stands in the workspace is not what the stage made',
  remedy: 'the next run puts back what was recorded; keep a copy if the change was wanted',
};

const wrong: AuditView = {
  ...clean,
  checks: clean.checks.map((check) => ({ ...check, findings: check.check === 'outs' ? 2 : 0 })),
  findings: [
    {
      path: 'artifacts/mnist/split/train/a\u001b[31m\nb',
      expected: `${digest('aa')}, as run 2026-11-23T14-02-07-e2b6 made it`,
      found: digest('bb'),
      ...out,
    },
    {
      path: 'artifacts/mnist/split/train/new',
      expected: 'no such file, as run 2026-11-23T14-02-07-e2b6 made it',
      found: digest('cc'),
      ...out,
    },
  ],
  notes: [{ path: 'artifacts/mnist/mine', message: 'holds 3 that no stage made, and that are not checked' }],
};

describe('renderAudit', () => {
  it('has a line a check and one for the whole', async () => {
    await expect(renderAudit(clean, { paint, columns: 100 })).toMatchFileSnapshot('../fixtures/ui/audit-clean.txt');
    expect(renderAudit({ ...clean, head: undefined, runs: 0 }, { paint, columns: 100 })).not.toContain('head');
  });

  it('names each file that is wrong, and says once what that means', async () => {
    await expect(renderAudit(wrong, { paint, columns: 100 })).toMatchFileSnapshot('../fixtures/ui/audit-wrong.txt');
  });

  it('keeps to a narrow terminal where words can be broken', () => {
    // The head's digest is whole, to be copied.
    const text = renderAudit(wrong, { paint, columns: 60 });
    const lines = text.split('\n').filter((line) => !line.startsWith('head '));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it('says nothing by colour alone', () => {
    const coloured = renderAudit(wrong, { paint: createPaint({ color: true }), columns: 100 });
    const bare = coloured.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '');
    expect(bare).toBe(renderAudit(wrong, { paint, columns: 100 }));
  });

  it('is one document for programs', () => {
    expect(JSON.parse(auditAsJson(wrong))).toMatchObject({ format: 'stemma-audit-v1', clean: false, runs: 10_000 });
    expect(JSON.parse(auditAsJson({ ...clean, head: undefined }))).toMatchObject({ clean: true, head: null });
  });
});
