import { catalogue } from './catalogue.ts';
import type { AuditFinding, AuditNote, CheckName, Listener } from './finding.ts';

/** What an audit looked at, check by check. */
export interface CheckResult {
  readonly check: CheckName;
  readonly files: number;
  readonly findings: number;
  readonly seconds: number;
}

/** Gathers what checks tell: each fault of a file once, whoever meets it first. */
export interface Collector {
  /** Does a part of a check, and adds its time to that of the others of the same name. */
  time<Value>(check: CheckName, work: (listener: Listener) => Value | Promise<Value>): Promise<Value>;
  results(): {
    readonly checks: readonly CheckResult[];
    findings: readonly AuditFinding[];
    notes: readonly AuditNote[];
  };
}

export const createCollector = (onProgress: (check: CheckName, done: number, total: number) => void): Collector => {
  const findings = new Map<string, AuditFinding>();
  const notes: AuditNote[] = [];
  const timed = new Map<CheckName, { files: number; seconds: number }>();
  const listenerOf = (check: CheckName): Listener => ({
    finding: (code, path, what) => {
      const key = `${code}\0${path}`;
      if (!findings.has(key)) findings.set(key, { check, code, path, ...what, ...catalogue[code] });
    },
    note: (path, message) => void notes.push({ check, path, message }),
    progress: (done, total) => {
      timed.get(check)!.files = total;
      onProgress(check, done, total);
    },
  });
  return {
    time: async (check, work) => {
      if (!timed.has(check)) timed.set(check, { files: 0, seconds: 0 });
      const started = performance.now();
      try {
        return await work(listenerOf(check));
      } finally {
        timed.get(check)!.seconds += (performance.now() - started) / 1000;
      }
    },
    results: () => {
      const all = [...findings.values()].sort((a, b) => (`${a.path}\0${a.code}` < `${b.path}\0${b.code}` ? -1 : 1));
      const count = (check: CheckName): number => all.filter((finding) => finding.check === check).length;
      const checks = [...timed].map(([check, { files, seconds }]) => ({
        check,
        files,
        findings: count(check),
        seconds,
      }));
      return { checks, findings: all, notes };
    },
  };
};
