import { audit as auditProject } from '../audit/audit.ts';
import { type KnownHead, parseHead } from '../audit/head.ts';
import { findProject } from '../load/project.ts';
import { auditAsJson, renderAudit } from '../ui/audit-view.ts';
import { createPaint } from '../ui/paint.ts';
import { auditMeter } from './audit-meter.ts';
import { interruptible } from './interrupt.ts';
import { columnsOf, useColor } from './terminal.ts';
import { UserMistake } from './user-mistake.ts';

export interface AuditOptions {
  /** Heads of the history that were written down elsewhere. */
  readonly head: readonly string[];
  readonly json?: boolean;
}

/** `stemma audit`: exit code 0, 1 where something is wrong. */
export const audit = async ({ head, json }: AuditOptions): Promise<number> => {
  const heads = head.map(readHead);
  const meter = auditMeter(process.stderr);
  const interrupt = interruptible();
  try {
    const result = await auditProject({
      project: findProject(process.cwd()),
      heads,
      onProgress: meter.tell,
      signal: interrupt.signal,
    });
    meter.clear();
    const paint = createPaint({ color: useColor(process.stdout) });
    const view = { paint, columns: columnsOf(process.stdout) };
    process.stdout.write(json ? auditAsJson(result) : renderAudit(result, view));
    return result.findings.length === 0 ? 0 : 1;
  } finally {
    meter.clear();
    interrupt.release();
  }
};

const readHead = (text: string): KnownHead => {
  const head = parseHead(text);
  if (head !== undefined) return head;
  throw new UserMistake(
    `"${text}" is no digest of a record`,
    'give what a run printed, or at least its first 16 digits; `artifacts/.store/records-v1/head` holds the newest',
  );
};
