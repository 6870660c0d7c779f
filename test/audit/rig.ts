import { join } from 'node:path';
import { type AuditResult, audit } from '../../src/audit/audit.ts';
import { parseHead } from '../../src/audit/head.ts';

/** An audit in this process. */
export const auditNow = (root: string, ...heads: readonly string[]): Promise<AuditResult> =>
  audit({
    project: { root, artifacts: join(root, 'artifacts') },
    heads: heads.map((text) => parseHead(text)!),
    onProgress: () => {},
    signal: new AbortController().signal,
  });

/** What it found, in a line each. */
export const told = ({ findings }: AuditResult): string[] => findings.map(({ code, path }) => `${code} ${path}`);
