import { formatCount, formatSeconds, plural } from './format.ts';
import type { Paint } from './paint.ts';
import { oneLine, padEnd, padStart, wrap } from './text.ts';

/** What `stemma audit` shows. */
export interface AuditView {
  readonly checks: readonly {
    readonly check: string;
    readonly files: number;
    readonly findings: number;
    readonly seconds: number;
  }[];
  /** Sorted by path. */
  readonly findings: readonly {
    readonly path: string;
    readonly code: string;
    readonly expected: string;
    readonly found: string;
    readonly meaning: string;
    readonly remedy: string;
  }[];
  readonly notes: readonly { readonly path: string; readonly message: string }[];
  readonly head: { readonly run: string; readonly digest: string } | undefined;
  readonly runs: number;
}

/** A line a check, then each file that is wrong, then what it comes to. Ends with a line end. */
export const renderAudit = (audit: AuditView, view: { readonly paint: Paint; readonly columns: number }): string => {
  const { paint } = view;
  const checks = audit.checks.map((check) => checkLine(check, paint));
  const codes = [...new Set(audit.findings.map(({ code }) => code))];
  const groups = codes.flatMap((code) =>
    groupLines(
      audit.findings.filter((each) => each.code === code),
      view,
    ),
  );
  const notes = audit.notes.flatMap(({ path, message }) => wrap(oneLine(`note: ${path} ${message}`), view.columns));
  const gap = notes.length > 0 ? [''] : [];
  return [...checks, ...groups, ...gap, ...notes, '', ...verdict(audit, view.paint), ''].join('\n');
};

interface View {
  readonly paint: Paint;
  readonly columns: number;
}

const checkLine = ({ check, files, findings, seconds }: AuditView['checks'][number], paint: Paint): string => {
  const word = findings === 0 ? paint.green(padEnd('right', wordWidth)) : paint.red(padEnd('wrong', wordWidth));
  const wrong = findings === 0 ? '' : `  ${plural(findings, 'finding')}`;
  const counted = padStart(formatCount(files), countWidth);
  return `  ${word}${padEnd(check, nameWidth)}${counted}${padStart(formatSeconds(seconds), timeWidth)}${wrong}`;
};

const wordWidth = 7;
const nameWidth = 14;
const countWidth = 10;
const timeWidth = 10;

/** Files that are wrong in the same way: each of them, and once what that means and what to do. */
const groupLines = (findings: AuditView['findings'], view: View): string[] => {
  const [{ code, meaning, remedy }] = findings as readonly [AuditView['findings'][number]];
  return [
    '',
    ...wrap(`${view.paint.red(code)}: ${meaning}`, view.columns),
    ...findings.flatMap(({ path, expected, found }) => [
      `  ${view.paint.bold(oneLine(path))}`,
      ...labelled('expected', oneLine(expected), view),
      ...labelled('found', oneLine(found), view),
    ]),
    ...wrap(`remedy: ${remedy}`, view.columns),
  ];
};

const labelled = (label: string, text: string, { columns }: View): string[] => {
  const [first = '', ...rest] = wrap(text, Math.max(24, columns - labelWidth));
  return [`    ${padEnd(label, labelWidth - 4)}${first}`, ...rest.map((line) => ' '.repeat(labelWidth) + line)];
};

const labelWidth = 14;

const verdict = ({ checks, findings, head, runs }: AuditView, paint: Paint): string[] => {
  const wrong = new Set(findings.map(({ path }) => path)).size;
  const looked = `${plural(checks.length, 'check')} over ${plural(runs, 'run')}`;
  const word = wrong === 0 ? paint.green('nothing is wrong') : paint.red(`${plural(wrong, 'file')} found wrong`);
  return [`${word}: ${looked}`, ...(head === undefined ? [] : [`head ${head.digest} (run ${head.run})`])];
};

/** For programs: one JSON document. */
export const auditAsJson = (audit: AuditView): string =>
  `${JSON.stringify({ format: 'stemma-audit-v1', clean: audit.findings.length === 0, ...audit, head: audit.head ?? null }, null, 2)}\n`;
